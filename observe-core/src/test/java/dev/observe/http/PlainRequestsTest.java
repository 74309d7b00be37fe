/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.config.Settings;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainRequestsTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final AtomicLong nanos = new AtomicLong(1_000);
  private final PlainRequests requests = plain(telemetry(null, Map.of()));

  private ServerTelemetry telemetry(
      @Nullable OpenTelemetry openTelemetry, Map<String, String> settings) {
    return ServerTelemetry.create(
        openTelemetry, registry, Settings.of(settings), nanos::get, InstantSource.system());
  }

  private static PlainRequests plain(ServerTelemetry telemetry) {
    PlainRequests plain = PlainRequests.of(telemetry);
    assertThat(plain).isNotNull();
    return plain;
  }

  private void serve(@Nullable String route) {
    long start = requests.nanos();
    LongAdder counted = requests.started("GET", "http");
    nanos.addAndGet(30_000_000);
    requests.ended(counted, start, "GET", route, 200, "http", "1.1");
  }

  private List<HistogramDataPointSnapshot> points() {
    return ((HistogramSnapshot) registry.scrape(RequestMetrics.DURATION::equals).get(0))
        .getDataPoints();
  }

  private double active() {
    return ((GaugeSnapshot) registry.scrape(RequestMetrics.ACTIVE::equals).get(0))
        .getDataPoints().stream().mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue).sum();
  }

  @Test
  void ended_isTheSeriesOfAnExchange() {
    serve("/a");
    FakeExchange exchange = FakeExchange.get("/a", "/a");
    exchange.start(requests.telemetry);
    exchange.finish(200);

    assertThat(points()).singleElement().extracting(point -> point.getCount()).isEqualTo(2L);
    assertThat(points().get(0).getSum()).isEqualTo(0.03);
  }

  @Test
  void ended_withoutRoute_hasNoLabel() {
    serve(null);

    assertThat(points().get(0).getLabels().get("http_route")).isEmpty();
  }

  @Test
  void started_isActiveUntilTheEnd() {
    LongAdder counted = requests.started("GET", "http");
    assertThat(active()).isEqualTo(1);

    requests.ended(counted, requests.nanos(), "GET", "/a", 200, "http", "1.1");

    assertThat(active()).isZero();
  }

  @Test
  void ended_routeThatMayNotStandInALabel_isCleanedAndKeptOnce() {
    for (int i = 0; i < 3; i++) {
      serve("/a\nb" + "x".repeat(8_000) + i);
    }

    assertThat(points()).singleElement().extracting(point -> point.getCount()).isEqualTo(3L);
    assertThat(points().get(0).getLabels().get("http_route"))
        .startsWith("/a_bxxx")
        .hasSize(Text.MAX_LABEL_LENGTH);
  }

  /** A router that reports raw paths. */
  @Test
  void ended_tooManyRoutes_areCountedTogether() {
    for (int i = 0; i < 3_000; i++) {
      serve("/raw/" + i);
    }

    assertThat(points()).hasSizeLessThanOrEqualTo(SeriesTable.MAX_SERIES);
    assertThat(points().stream().mapToLong(HistogramDataPointSnapshot::getCount).sum())
        .isEqualTo(3_000);
  }

  @Test
  void takeOver_endsAsTheExchangeThatItHasBecome() {
    LongAdder counted = requests.started("POST", "https");
    FakeExchange exchange = FakeExchange.get("/ignored", "/late");
    exchange.takeOver(
        requests,
        new PlainRequests.Begun(counted, requests.nanos(), "POST", "https", "2", "/first"));
    nanos.addAndGet(10_000_000);

    exchange.finish(500);

    assertThat(active()).isZero();
    assertThat(points()).singleElement().extracting(point -> point.getSum()).isEqualTo(0.01);
    assertThat(points().get(0).getLabels().stream().map(label -> label.getValue()))
        .containsExactlyInAnyOrder("POST", "/late", "500", "https", "500", "2");
  }

  @Test
  void of_spans_areNotPlain() {
    assertThat(PlainRequests.of(telemetry(OpenTelemetry.noop(), Map.of()))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "observe.http.exclude",
        "observe.http.include",
        "observe.http.metrics.exclude",
        "observe.http.metrics.include"
      })
  void of_selection_isNotPlain(String setting) {
    assertThat(PlainRequests.of(telemetry(null, Map.of(setting, "/static/*")))).isNull();
  }

  @Test
  void of_selectionOfSpansAlone_isPlain() {
    assertThat(PlainRequests.of(telemetry(null, Map.of("observe.http.traces.exclude", "/x"))))
        .isNotNull();
  }

  @Test
  void of_trustedProxies_isNotPlain() {
    assertThat(PlainRequests.of(telemetry(null, Map.of(TrustedProxies.SETTING, "10.0.0.0/8"))))
        .isNull();
  }
}
