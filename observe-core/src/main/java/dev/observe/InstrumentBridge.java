/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** Instruments made with the OpenTelemetry API, as a source of the page. */
final class InstrumentBridge implements MultiCollector {
  private final PrometheusMetricReader reader;
  private final LastExemplars lastExemplars = new LastExemplars();

  InstrumentBridge(PrometheusMetricReader reader) {
    this.reader = reader;
  }

  @Override
  public MetricSnapshots collect() {
    MetricSnapshots.Builder described = MetricSnapshots.builder();
    for (MetricSnapshot snapshot : lastExemplars.addTo(reader.collect())) {
      described.metricSnapshot(
          snapshot instanceof InfoSnapshot info && info.getMetadata().getHelp() == null
              ? describe(info)
              : snapshot);
    }
    return described.build();
  }

  /** The reader leaves the text out, and {@code promtool check metrics} asks for one. */
  private static InfoSnapshot describe(InfoSnapshot info) {
    InfoSnapshot.Builder builder =
        InfoSnapshot.builder()
            .name(info.getMetadata().getName())
            .help("What this process says of itself: the attributes of its resource.");
    info.getDataPoints().forEach(builder::dataPoint);
    return builder.build();
  }
}
