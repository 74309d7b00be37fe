/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static dev.observe.internal.util.Snapshots.counterPoint;
import static dev.observe.internal.util.Snapshots.gaugePoint;

import dev.observe.DropReason;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;

/**
 * The counts of pipelines as metrics. While no span ends or settles, {@code ended + recovered =
 * delivered + lost + waiting} for each (promise P2).
 *
 * <p>Names follow the conventions for the OpenTelemetry SDK's own metrics where these define one,
 * and are {@code observe_*} otherwise (semantic conventions 1.44.0, sdk-metrics.md).
 */
public final class PipelineMetrics implements MultiCollector {
  private final Supplier<List<SpanPipeline>> pipelines;

  /** Creates the metrics of the pipelines that the supplier returns at each scrape. */
  public PipelineMetrics(Supplier<List<SpanPipeline>> pipelines) {
    this.pipelines = pipelines;
  }

  @Override
  public MetricSnapshots collect() {
    CounterSnapshot.Builder ended = counter("observe_spans_ended", "Sampled spans that ended.");
    CounterSnapshot.Builder delivered =
        counter("observe_spans_delivered", "Spans that a collector acknowledged.");
    CounterSnapshot.Builder lost =
        counter("observe_spans_lost", "Spans that were lost, by reason.");
    CounterSnapshot.Builder recovered =
        counter("observe_spans_recovered", "Spans of an earlier process, read from the spool.");
    CounterSnapshot.Builder retries =
        counter("observe_export_retries", "Batches that were retried.");
    CounterSnapshot.Builder errors =
        counter("observe_export_worker_errors", "Errors that the export worker survived.");
    GaugeSnapshot.Builder waiting =
        gauge(
            "otel_sdk_processor_span_queue_size",
            "Spans that wait to be acknowledged, including those in flight.");
    GaugeSnapshot.Builder capacity =
        gauge("otel_sdk_processor_span_queue_capacity", "Spans that may wait.");
    GaugeSnapshot.Builder spooled =
        gauge(
            "observe_spans_spooled",
            "Spans that wait on disk, which the queue's capacity does not limit.");
    GaugeSnapshot.Builder bytes =
        gauge("observe_spans_waiting_bytes", "Estimated size of the spans that wait.");
    for (SpanPipeline pipeline : pipelines.get()) {
      PipelineStats stats = pipeline.stats();
      Labels labels = Labels.of("otel_component_name", stats.componentName());
      ended.dataPoint(counterPoint(labels, (double) stats.ended()));
      delivered.dataPoint(counterPoint(labels, (double) stats.acknowledged()));
      for (DropReason reason : DropReason.values()) {
        // Every reason from the start: rate() does not see the first event of a new series.
        Labels labelsOfLoss = labels.add("reason", reason.label());
        lost.dataPoint(counterPoint(labelsOfLoss, (double) stats.lost(reason)));
      }
      recovered.dataPoint(counterPoint(labels, (double) stats.recovered()));
      retries.dataPoint(counterPoint(labels, (double) stats.retries()));
      errors.dataPoint(counterPoint(labels, (double) stats.workerErrors()));
      waiting.dataPoint(gaugePoint(labels, (double) stats.waiting()));
      capacity.dataPoint(gaugePoint(labels, (double) stats.capacity()));
      spooled.dataPoint(gaugePoint(labels, (double) stats.spooled()));
      bytes.dataPoint(gaugePoint(labels, (double) stats.waitingBytes()));
    }
    return MetricSnapshots.of(
        ended.build(),
        delivered.build(),
        lost.build(),
        recovered.build(),
        retries.build(),
        errors.build(),
        waiting.build(),
        capacity.build(),
        spooled.build(),
        bytes.build());
  }

  private static CounterSnapshot.Builder counter(String name, String help) {
    return CounterSnapshot.builder().name(name).help(help);
  }

  private static GaugeSnapshot.Builder gauge(String name, String help) {
    return GaugeSnapshot.builder().name(name).help(help);
  }
}
