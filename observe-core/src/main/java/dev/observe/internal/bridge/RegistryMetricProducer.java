/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

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

/** What the registry holds, for OpenTelemetry's exporters that push. */
public final class RegistryMetricProducer implements MetricProducer {
  /**
   * Set while the page collects OpenTelemetry's instruments: the SDK asks its producers for every
   * reader, and the page has the registry already.
   */
  private final ThreadLocal<Boolean> scraping = new ThreadLocal<>();

  private final Supplier<MetricSnapshots> registry;
  private final InstantSource clock;
  private final long startNanos;

  public RegistryMetricProducer(Supplier<MetricSnapshots> registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
    this.startNanos = now();
  }

  /** Collects something that is not to hold the registry. */
  public <T> T without(Supplier<T> collection) {
    scraping.set(true);
    try {
      return collection.get();
    } finally {
      scraping.remove();
    }
  }

  @Override
  public Collection<MetricData> produce(Resource resource) {
    if (scraping.get() != null) {
      return List.of();
    }
    OtlpMetrics pushed = new OtlpMetrics(resource, startNanos, now());
    List<MetricData> all = new ArrayList<>();
    for (MetricSnapshot metric : registry.get()) {
      MetricData data = pushed.of(metric);
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
