/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.request.series.RequestMetrics;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsOnlyRequestsTest {
  /** The bound of promise P9. */
  private static final int MAX_SERIES = 1_000;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final AtomicLong nanos = new AtomicLong(1_000);
  private final MetricsOnlyRequests requests = plain(telemetry(null, Map.of()));

  private ServerTelemetry telemetry(
      @Nullable OpenTelemetry openTelemetry, Map<String, String> settings) {
    return ServerTelemetry.create(
        openTelemetry, registry, Settings.of(settings), nanos::get, InstantSource.system());
  }

  private static MetricsOnlyRequests plain(ServerTelemetry telemetry) {
    MetricsOnlyRequests plain = MetricsOnlyRequests.of(telemetry);
    assertThat(plain).isNotNull();
    return plain;
  }

  private void serve(@Nullable String route) {
    serve(requests.telemetry.kind("GET", "http", "HTTP/1.1", route), null, 200);
  }

  private void serve(RequestKind kind, @Nullable String route, int status) {
    long start = requests.nanos();
    requests.started(kind);
    nanos.addAndGet(30_000_000);
    requests.ended(kind, start, route, status);
  }

  private List<HistogramDataPointSnapshot> points() {
    return ((HistogramSnapshot) registry.scrape(RequestMetrics.DURATION::equals).get(0))
        .getDataPoints();
  }

  private double overflow() {
    return registry.scrape("observe_series_overflow"::equals).stream()
        .map(CounterSnapshot.class::cast)
        .flatMap(counter -> counter.getDataPoints().stream())
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  private List<GaugeSnapshot.GaugeDataPointSnapshot> activePoints() {
    return ((GaugeSnapshot) registry.scrape(RequestMetrics.ACTIVE::equals).get(0)).getDataPoints();
  }

  private double active() {
    return activePoints().stream()
        .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
        .sum();
  }

  @Test
  void ended_sameLabels_usesSeriesOfExchange() {
    serve("/a");
    FakeExchange exchange = FakeExchange.get("/a", "/a");
    exchange.start(requests.telemetry);
    exchange.finish(200);

    assertThat(points()).singleElement().extracting(point -> point.getCount()).isEqualTo(2L);
    assertThat(points().get(0).getSum()).isEqualTo(0.03);
  }

  @Test
  void ended_withoutRoute_hasEmptyLabel() {
    serve(null);

    assertThat(points().get(0).getLabels().get("http_route")).isEmpty();
  }

  @Test
  void started_untilEnded_isActive() {
    RequestKind kind = requests.telemetry.kind("GET", "http", "HTTP/1.1", "/a");
    requests.started(kind);
    assertThat(active()).isEqualTo(1);

    requests.ended(kind, requests.nanos(), null, 200);

    assertThat(active()).isZero();
  }

  @Test
  void ended_unsafeRoute_isCleanedAndStoredOnce() {
    for (int i = 0; i < 3; i++) {
      serve("/a\nb" + "x".repeat(8_000) + i);
    }

    assertThat(points()).singleElement().extracting(point -> point.getCount()).isEqualTo(3L);
    assertThat(points().get(0).getLabels().get("http_route")).startsWith("/a_bxxx").hasSize(128);
  }

  /** A router that reports raw paths. */
  @Test
  void ended_tooManyRoutes_areCountedTogether() {
    for (int i = 0; i < 3_000; i++) {
      serve("/raw/" + i);
    }

    assertThat(points()).hasSizeLessThanOrEqualTo(MAX_SERIES);
    assertThat(points().stream().mapToLong(HistogramDataPointSnapshot::getCount).sum())
        .isEqualTo(3_000);
  }

  /** All methods and schemes, with more statuses than the overflow has series. */
  @Test
  void ended_overflowSeriesFull_nothingStaysActive() {
    for (int i = 0; i < 1_000; i++) {
      serve("/raw/" + i);
    }
    for (String method : List.of("GET", "PUT", "POST", "BREW")) {
      for (String scheme : List.of("http", "https", "ws")) {
        for (int status = 100; status < 400; status++) {
          serve(requests.telemetry.kind(method, scheme, "HTTP/1.1", "/late"), null, status);
        }
      }
    }

    assertThat(activePoints()).allSatisfy(point -> assertThat(point.getValue()).isZero());
    assertThat(points().stream().mapToLong(HistogramDataPointSnapshot::getCount).sum())
        .isEqualTo(1_000 + 4 * 3 * 300);
  }

  @Test
  void ended_reusedKind_countsByStatusAndRoute() {
    RequestKind kind = requests.telemetry.kind("GET", "http", "HTTP/1.1", "/mapped/*");
    serve(kind, null, 200);
    serve(kind, "/routed/{id}", 200);
    serve(kind, null, 204);
    serve(kind, null, 200);
    serve(kind, "/routed/{id}", 200);

    assertThat(points())
        .extracting(
            point ->
                point.getLabels().get("http_route")
                    + ' '
                    + point.getLabels().get("http_response_status_code")
                    + ' '
                    + point.getCount())
        .containsExactlyInAnyOrder("/mapped/* 200 2", "/mapped/* 204 1", "/routed/{id} 200 2");
  }

  @Test
  void ended_kindWithoutOwnSeries_countsOverflowEachTime() {
    for (int i = 0; i < MAX_SERIES; i++) {
      serve("/raw/" + i);
    }
    RequestKind late = requests.telemetry.kind("GET", "http", "HTTP/1.1", "/late");
    double before = overflow();
    serve(late, null, 200);
    serve(late, null, 200);

    assertThat(overflow() - before).isEqualTo(2);
  }

  @Test
  void takeOver_finished_isRecordedByExchange() {
    RequestKind kind = requests.telemetry.kind("POST", "https", "HTTP/2", "/first");
    requests.started(kind);
    FakeExchange exchange = FakeExchange.get("/ignored", "/late");
    exchange.takeOver(requests, kind, requests.nanos());
    nanos.addAndGet(10_000_000);

    exchange.finish(500);

    assertThat(active()).isZero();
    assertThat(points()).singleElement().extracting(point -> point.getSum()).isEqualTo(0.01);
    assertThat(points().get(0).getLabels().stream().map(label -> label.getValue()))
        .containsExactlyInAnyOrder("POST", "/late", "500", "https", "500", "2");
  }

  @Test
  void of_spans_isNull() {
    assertThat(MetricsOnlyRequests.of(telemetry(OpenTelemetry.noop(), Map.of()))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "observe.http.exclude",
        "observe.http.include",
        "observe.http.metrics.exclude",
        "observe.http.metrics.include"
      })
  void of_selection_isNull(String setting) {
    assertThat(MetricsOnlyRequests.of(telemetry(null, Map.of(setting, "/static/*")))).isNull();
  }

  @Test
  void of_selectionOfSpansOnly_isPresent() {
    assertThat(MetricsOnlyRequests.of(telemetry(null, Map.of("observe.http.traces.exclude", "/x"))))
        .isNotNull();
  }

  @Test
  void of_trustedProxies_isNull() {
    assertThat(
            MetricsOnlyRequests.of(
                telemetry(null, Map.of(Setting.TRUSTED_PROXIES.name(), "10.0.0.0/8"))))
        .isNull();
  }
}
