/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Arrays;

/** Registries and sources with metrics. */
public final class Content {
  private Content() {}

  /**
   * Returns JVM metrics, a counter {@code orders_total} of 3 and a histogram {@code order_seconds}.
   */
  public static PrometheusRegistry registry() {
    PrometheusRegistry registry = new PrometheusRegistry();
    JvmMetrics.builder().register(registry);
    Counter.builder().name("orders_total").help("Orders.").register(registry).inc(3);
    Histogram.builder()
        .name("order_seconds")
        .help("Time of an order.")
        .classicUpperBounds(0.1, 1)
        .register(registry)
        .observe(0.5);
    return registry;
  }

  /** Returns one gauge whose series have about the given size as text. */
  static PrometheusRegistry large(int approximateBytes) {
    PrometheusRegistry registry = new PrometheusRegistry();
    Gauge gauge =
        Gauge.builder().name("large").help("Many series.").labelNames("which").register(registry);
    String filler = "x".repeat(200);
    for (int i = 0; i < approximateBytes / 225; i++) {
      gauge.labelValues(i + filler).set(i);
    }
    return registry;
  }

  public static MetricSnapshot gauge(String name, double value) {
    return GaugeSnapshot.builder()
        .name(name)
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  /** Returns a source outside the registry. */
  public static MultiCollector source(MetricSnapshot... snapshots) {
    return () -> MetricSnapshots.of(snapshots);
  }

  /** Returns a collector with a name that throws. */
  public static Collector throwing(String name, Throwable failure) {
    return new Collector() {
      @Override
      public MetricSnapshot collect() {
        throw Content.<RuntimeException>sneaky(failure);
      }

      @Override
      public String getPrometheusName() {
        return name;
      }
    };
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> T sneaky(Throwable failure) throws T {
    throw (T) failure;
  }

  /** Returns the value of the sample with this name and labels. */
  public static double value(String page, String sample) {
    return Arrays.stream(page.split("\n", -1))
        .filter(line -> line.startsWith(sample + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no sample " + sample + " in\n" + page));
  }
}
