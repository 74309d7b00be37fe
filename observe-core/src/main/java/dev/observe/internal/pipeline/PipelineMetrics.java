/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.DropReason;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The counts of pipelines as metrics. While no span ends or settles, {@code ended + recovered =
 * delivered + lost + waiting} for each (promise P2).
 *
 * <p>Names follow the conventions for the OpenTelemetry SDK's own metrics where these define one,
 * and are {@code observe_*} otherwise (semantic conventions 1.44.0, sdk-metrics.md).
 */
public final class PipelineMetrics implements MultiCollector {
  static final String ENDED = "observe_spans_ended";
  static final String DELIVERED = "observe_spans_delivered";
  static final String LOST = "observe_spans_lost";
  static final String RECOVERED = "observe_spans_recovered";
  static final String RETRIES = "observe_export_retries";
  static final String WORKER_ERRORS = "observe_export_worker_errors";
  static final String WAITING = "otel_sdk_processor_span_queue_size";
  static final String CAPACITY = "otel_sdk_processor_span_queue_capacity";
  static final String SPOOLED = "observe_spans_spooled";
  static final String WAITING_BYTES = "observe_spans_waiting_bytes";

  private final Supplier<List<SpanPipeline>> pipelines;

  /** Creates the metrics of the pipelines that the supplier returns at each scrape. */
  public PipelineMetrics(Supplier<List<SpanPipeline>> pipelines) {
    this.pipelines = pipelines;
  }

  @Override
  public MetricSnapshots collect() {
    CounterSnapshot.Builder ended = counter(ENDED, "Sampled spans that ended.");
    CounterSnapshot.Builder delivered = counter(DELIVERED, "Spans that a collector acknowledged.");
    CounterSnapshot.Builder lost = counter(LOST, "Spans that were lost, by reason.");
    CounterSnapshot.Builder recovered =
        counter(RECOVERED, "Spans of an earlier process, read from the spool.");
    CounterSnapshot.Builder retries = counter(RETRIES, "Batches that were retried.");
    CounterSnapshot.Builder errors =
        counter(WORKER_ERRORS, "Errors that the export worker survived.");
    GaugeSnapshot.Builder waiting =
        gauge(WAITING, "Spans that wait to be acknowledged, including those in flight.");
    GaugeSnapshot.Builder capacity = gauge(CAPACITY, "Spans that may wait.");
    GaugeSnapshot.Builder spooled =
        gauge(SPOOLED, "Spans that wait on disk, which the queue's capacity does not limit.");
    GaugeSnapshot.Builder bytes = gauge(WAITING_BYTES, "Estimated size of the spans that wait.");
    for (SpanPipeline pipeline : pipelines.get()) {
      PipelineStats stats = pipeline.stats();
      Labels labels = Labels.of("otel_component_name", stats.componentName());
      ended.dataPoint(point(labels, stats.ended()));
      delivered.dataPoint(point(labels, stats.acknowledged()));
      recovered.dataPoint(point(labels, stats.recovered()));
      retries.dataPoint(point(labels, stats.retries()));
      errors.dataPoint(point(labels, stats.workerErrors()));
      Map<DropReason, Long> losses = stats.lost();
      for (DropReason reason : DropReason.values()) {
        // Every reason from the start: rate() does not see the first event of a new series.
        lost.dataPoint(
            point(labels.add("reason", reason.label()), losses.getOrDefault(reason, 0L)));
      }
      waiting.dataPoint(gaugePoint(labels, stats.waiting()));
      capacity.dataPoint(gaugePoint(labels, stats.capacity()));
      spooled.dataPoint(gaugePoint(labels, stats.spooled()));
      bytes.dataPoint(gaugePoint(labels, stats.waitingBytes()));
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

  private static CounterDataPointSnapshot point(Labels labels, long value) {
    return CounterDataPointSnapshot.builder().labels(labels).value((double) value).build();
  }

  private static GaugeDataPointSnapshot gaugePoint(Labels labels, long value) {
    return GaugeDataPointSnapshot.builder().labels(labels).value((double) value).build();
  }
}
