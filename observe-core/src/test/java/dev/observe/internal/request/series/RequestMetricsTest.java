/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.internal.instrument.HistogramKind;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestMetricsTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();

  private RequestMetrics acquire() {
    return RequestMetrics.acquire(registry, List.of(), HistogramKind.CLASSIC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http_server_request_duration_seconds",
        "http_server_requests",
        "http_server_active_requests",
        "observe_internal_errors",
        "observe_series_overflow"
      })
  void acquire_nameInUse_throwsAndRegistersNothing(String name) {
    GaugeWithCallback.builder()
        .name(name)
        .help("Another type.")
        .callback(point -> {})
        .register(registry);

    assertThatThrownBy(this::acquire)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("registry must not contain another collector of ")
        .hasMessageEndingWith(
            "(it has " + name + "); unregister that collector, or use another registry");
    assertThat(registry.scrape().stream().map(metric -> metric.getMetadata().getName()))
        .containsExactly(name);
  }

  /** The registry accepts the same type with other labels, and the page would count twice. */
  @Test
  void acquire_nameInUseWithOtherLabels_throws() {
    Histogram.builder().name(RequestMetrics.DURATION).labelNames("path").register(registry);

    assertThatThrownBy(this::acquire).isInstanceOf(IllegalArgumentException.class);

    registry.clear();
    Counter.builder().name(RequestMetrics.REQUESTS).labelNames("path").register(registry);

    assertThatThrownBy(this::acquire).isInstanceOf(IllegalArgumentException.class);
  }

  /** A collector without a name is called to find its name. */
  @Test
  void acquire_anotherCollectorThrows_registers() {
    registry.register(new BrokenCollector());

    assertThat(acquire()).isNotNull();
  }

  @Test
  void register_nameOfRequestMetrics_throws() {
    acquire();

    for (String name : List.of(RequestMetrics.DURATION, RequestMetrics.REQUESTS)) {
      assertThatThrownBy(() -> Gauge.builder().name(name).register(registry))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Conflicting metric types");
    }
    assertThatThrownBy(() -> Counter.builder().name(RequestMetrics.ACTIVE).register(registry))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Conflicting metric types");
  }

  private static final class BrokenCollector implements Collector {
    @Override
    public MetricSnapshot collect() {
      throw new IllegalStateException("no value");
    }
  }
}
