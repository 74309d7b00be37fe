/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.internal.util.Snapshots;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

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
    List<PipelineStats> all = pipelines.get().stream().map(SpanPipeline::stats).toList();
    return MetricSnapshots.of(
        counter(all, "observe_spans_ended", "Sampled spans that ended.", PipelineStats::ended),
        counter(
            all,
            "observe_spans_delivered",
            "Spans that a collector acknowledged.",
            PipelineStats::acknowledged),
        lost(all),
        counter(
            all,
            "observe_spans_recovered",
            "Spans of an earlier process, read from the spool.",
            PipelineStats::recovered),
        counter(
            all, "observe_export_retries", "Batches that were retried.", PipelineStats::retries),
        counter(
            all,
            "observe_export_worker_errors",
            "Errors that the export worker survived.",
            PipelineStats::workerErrors),
        gauge(
            all,
            "otel_sdk_processor_span_queue_size",
            "Spans that wait to be acknowledged, including those in flight.",
            PipelineStats::waiting),
        gauge(
            all,
            "otel_sdk_processor_span_queue_capacity",
            "Spans that may wait.",
            PipelineStats::capacity),
        gauge(
            all,
            "observe_spans_spooled",
            "Spans that wait on disk, which the queue's capacity does not limit.",
            PipelineStats::spooled),
        gauge(
            all,
            "observe_spans_waiting_bytes",
            "Estimated size of the spans that wait.",
            PipelineStats::waitingBytes));
  }

  private static CounterSnapshot lost(List<PipelineStats> all) {
    CounterSnapshot.Builder lost =
        CounterSnapshot.builder()
            .name("observe_spans_lost")
            .help("Spans that were lost, by reason.");
    for (PipelineStats stats : all) {
      // Every reason from the start: rate() does not see the first event of a new series.
      stats
          .lost()
          .forEach(
              (reason, count) ->
                  lost.dataPoint(
                      Snapshots.counterPoint(labels(stats).add("reason", reason.label()), count)));
    }
    return lost.build();
  }

  private static CounterSnapshot counter(
      List<PipelineStats> all, String name, String help, ToLongFunction<PipelineStats> value) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
    for (PipelineStats stats : all) {
      counter.dataPoint(Snapshots.counterPoint(labels(stats), value.applyAsLong(stats)));
    }
    return counter.build();
  }

  private static GaugeSnapshot gauge(
      List<PipelineStats> all, String name, String help, ToLongFunction<PipelineStats> value) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
    for (PipelineStats stats : all) {
      gauge.dataPoint(Snapshots.gaugePoint(labels(stats), value.applyAsLong(stats)));
    }
    return gauge.build();
  }

  private static Labels labels(PipelineStats stats) {
    return Labels.of("otel_component_name", stats.componentName());
  }
}
