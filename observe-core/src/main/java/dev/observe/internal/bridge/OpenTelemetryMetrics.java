/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** Instruments made with the OpenTelemetry API, as a source of the page. */
public final class OpenTelemetryMetrics implements MultiCollector {
  private final PrometheusMetricReader reader;
  private final LastExemplars lastExemplars = new LastExemplars();

  private final RegistryMetricProducer pushed;

  /**
   * @param pushed what the reader would bring from the registry, which the page has already
   */
  public OpenTelemetryMetrics(PrometheusMetricReader reader, RegistryMetricProducer pushed) {
    this.reader = reader;
    this.pushed = pushed;
  }

  @Override
  public MetricSnapshots collect() {
    MetricSnapshots.Builder instruments = MetricSnapshots.builder();
    for (MetricSnapshot snapshot : lastExemplars.addTo(pushed.without(reader::collect))) {
      // The resource is on the page anyway, see TargetInfo.
      if (!snapshot.getMetadata().getName().equals(TargetInfo.NAME)) {
        instruments.metricSnapshot(snapshot);
      }
    }
    return instruments.build();
  }
}
