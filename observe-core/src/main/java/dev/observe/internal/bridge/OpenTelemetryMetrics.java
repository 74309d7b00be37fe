/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** Collects the instruments of the OpenTelemetry API for the page. */
public final class OpenTelemetryMetrics implements MultiCollector {
  private final PrometheusMetricReader reader;
  private final RegistryMetricProducer producer;
  private final LastExemplars lastExemplars = new LastExemplars();

  /**
   * Creates a collector.
   *
   * @param producer the registry's metrics in the SDK, which the page collects by itself
   */
  public OpenTelemetryMetrics(PrometheusMetricReader reader, RegistryMetricProducer producer) {
    this.reader = reader;
    this.producer = producer;
  }

  @Override
  public MetricSnapshots collect() {
    MetricSnapshots.Builder instruments = MetricSnapshots.builder();
    for (MetricSnapshot snapshot : lastExemplars.addTo(producer.withoutRegistry(reader::collect))) {
      // TargetInfo adds the resource to the page.
      if (!snapshot.getMetadata().getName().equals(TargetInfo.NAME)) {
        instruments.metricSnapshot(snapshot);
      }
    }
    return instruments.build();
  }
}
