/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import dev.observe.internal.util.NanoClock;
import dev.observe.internal.util.RateLimitedLog;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Collection;

/** Collects the instruments of the OpenTelemetry API for the page. */
public final class OpenTelemetryMetrics implements MultiCollector {
  private final InstrumentReader reader;
  private final RegistryMetricProducer producer;
  private final RateLimitedLog log =
      new RateLimitedLog(System.getLogger(OpenTelemetryMetrics.class.getName()), NanoClock.SYSTEM);
  private final LastExemplars lastExemplars = new LastExemplars();

  /**
   * Creates a collector.
   *
   * @param producer the registry's metrics in the SDK, which the page collects by itself
   */
  public OpenTelemetryMetrics(InstrumentReader reader, RegistryMetricProducer producer) {
    this.reader = reader;
    this.producer = producer;
  }

  @Override
  public MetricSnapshots collect() {
    Collection<MetricData> metrics = producer.withoutRegistry(reader::collect);
    return new MetricSnapshots(lastExemplars.addTo(new InstrumentConverter(log).convert(metrics)));
  }
}
