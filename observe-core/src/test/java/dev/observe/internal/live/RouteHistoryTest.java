/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.observe.internal.live.RouteHistory.Counts;
import dev.observe.internal.live.RouteHistory.Route;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import org.junit.jupiter.api.Test;

class RouteHistoryTest {
  private static final Route CART = new Route("GET", "/cart");

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final RouteHistory history = new RouteHistory();
  private long time = 1_000_000;

  private Histogram histogram(boolean nativeOnly) {
    Histogram.Builder builder =
        Histogram.builder()
            .name(RouteHistory.METRIC)
            .labelNames("http_request_method", "http_route", "http_response_status_code");
    return (nativeOnly
            ? builder.nativeOnly()
            : builder.classicOnly().classicUpperBounds(RouteHistory.bounds()))
        .register(registry);
  }

  private Counts recent(int steps, Route route) {
    return requireNonNull(history.recent(steps).get(route));
  }

  private void sample() {
    history.sample(registry.scrape(), time += 5_000);
  }

  @Test
  void sample_requestsBetweenSteps_areCountedInTheirStep() {
    Histogram histogram = histogram(false);
    histogram.labelValues("GET", "/cart", "200").observe(0.02);
    sample();

    histogram.labelValues("GET", "/cart", "200").observe(0.02);
    histogram.labelValues("GET", "/cart", "500").observe(0.2);
    sample();
    sample();

    RouteHistory.Steps steps = history.steps(CART);
    assertThat(steps.counts()).extracting(counts -> counts.count).containsExactly(0L, 2L, 0L);
    assertThat(steps.counts()).extracting(counts -> counts.errors).containsExactly(0L, 1L, 0L);
    assertThat(steps.counts().get(1).classes).containsExactly(0, 1, 0, 0, 1);
    assertThat(recent(2, CART).count).isEqualTo(2);
    assertThat(history.seconds(2)).isEqualTo(10);
    assertThat(requireNonNull(RouteHistory.totals(registry.scrape()).get(CART)).count).isEqualTo(3);
  }

  @Test
  void quantile_evenDurations_isWhatPrometheusEstimates() {
    Histogram histogram = histogram(false);
    sample();
    for (int i = 0; i < 100; i++) {
      histogram.labelValues("GET", "/cart", "200").observe(0.09);
    }
    sample();

    Counts counts = recent(1, CART);

    // All are in the bucket from 0.075 to 0.1.
    assertThat(counts.quantile(0.5)).isEqualTo(0.0875, within(1e-9));
    assertThat(new Counts().quantile(0.5)).isNaN();
  }

  @Test
  void sample_nativeHistogram_hasTheSameBuckets() {
    Histogram histogram = histogram(true);
    sample();
    histogram.labelValues("GET", "/cart", "200").observe(0.3);
    sample();

    assertThat(recent(1, CART).quantile(1)).isEqualTo(0.5, within(1e-9));
  }

  @Test
  void sample_moreRoutesThanTheLimit_addsUpTheRest() {
    Histogram histogram = histogram(false);
    sample();
    for (int i = 0; i < RouteHistory.MAX_ROUTES + 50; i++) {
      histogram.labelValues("GET", "/" + i, "200").observe(0.01);
    }
    sample();

    assertThat(history.recent(1)).hasSize(RouteHistory.MAX_ROUTES + 1);
    assertThat(recent(1, new Route("", RouteHistory.OTHER)).count).isEqualTo(50);
  }

  @Test
  void sample_moreStepsThanTheRing_keepsHalfAnHour() {
    Histogram histogram = histogram(false);
    for (int i = 0; i <= RouteHistory.STEPS + 10; i++) {
      sample();
      histogram.labelValues("GET", "/cart", "200").observe(0.01);
    }

    assertThat(history.steps(null).counts()).hasSize(RouteHistory.STEPS);
    assertThat(recent(RouteHistory.STEPS, CART).count).isEqualTo(RouteHistory.STEPS);
  }
}
