/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import dev.observe.internal.versions.Capabilities;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricProducer;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Produces the registry's metrics for OpenTelemetry exporters that push. */
public final class RegistryMetricProducer implements MetricProducer {
  /**
   * Set while the page reads the SDK's metrics on this thread. The SDK calls its producers for
   * every reader, and the page would then contain the registry's metrics twice.
   */
  private final ThreadLocal<Boolean> excluded = new ThreadLocal<>();

  private final Supplier<MetricSnapshots> registry;
  private final InstantSource clock;
  private final long startNanos;

  public RegistryMetricProducer(Supplier<MetricSnapshots> registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
    this.startNanos = now();
  }

  /** Runs a collection of the SDK's metrics that excludes those of the registry. */
  public <T> T withoutRegistry(Supplier<T> collection) {
    excluded.set(true);
    try {
      return collection.get();
    } finally {
      excluded.remove();
    }
  }

  @Override
  public Collection<MetricData> produce(Resource resource) {
    // A reader of the application may ask for data that this version cannot make.
    if (excluded.get() != null || !Capabilities.metricData()) {
      return List.of();
    }
    MetricConverter converter = new MetricConverter(resource, startNanos, now());
    List<MetricData> all = new ArrayList<>();
    for (MetricSnapshot metric : registry.get()) {
      MetricData data = converter.convert(metric);
      if (data != null) {
        all.add(data);
      }
    }
    return all;
  }

  private long now() {
    return TimeUnit.MILLISECONDS.toNanos(clock.millis());
  }
}
