/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.internal.request.RecordedServer.SpansBy;
import dev.observe.internal.request.series.RequestMetrics;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource
class ServerExchangeTest {
  private final RecordedServer server;

  ServerExchangeTest(SpansBy by) {
    this.server = new RecordedServer(by);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private double active() {
    return server.metric(RequestMetrics.ACTIVE, GaugeSnapshot.class).getDataPoints().stream()
        .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
        .sum();
  }

  @Test
  void finish_span_followsConventions() {
    FakeExchange exchange =
        FakeExchange.get("/shop/orders/17", "/shop/orders/{id}")
            .header("Host", "shop.example:8080")
            .header("User-Agent", "curl/8");
    exchange.query = "page=2";

    SpanData span = server.serve(exchange, 200);

    assertThat(span.getName()).isEqualTo("GET /shop/orders/{id}");
    assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getAttributes().asMap())
        .isEqualTo(
            Attributes.builder()
                .put("http.request.method", "GET")
                .put("url.path", "/shop/orders/17")
                .put("url.query", "page=2")
                .put("url.scheme", "http")
                // Not in the conventions: marks the span of an exemplar.
                .put("exemplar", "true")
                .put("http.route", "/shop/orders/{id}")
                .put("http.response.status_code", 200)
                .put("server.address", "shop.example")
                .put("server.port", 8080)
                .put("client.address", "192.0.2.7")
                .put("network.peer.address", "192.0.2.7")
                .put("network.peer.port", 50_123)
                .put("network.protocol.version", "1.1")
                .put("user_agent.original", "curl/8")
                .build()
                .asMap());
  }

  @Test
  void finish_metric_hasValuesOfSpan() {
    SpanData span = server.serve(FakeExchange.get("/a/1", "/a/*"), 503);

    HistogramDataPointSnapshot point = server.onlyPoint();
    assertThat(point.getLabels().get("http_request_method")).isEqualTo("GET");
    assertThat(point.getLabels().get("http_route")).isEqualTo("/a/*");
    assertThat(point.getLabels().get("http_response_status_code")).isEqualTo("503");
    assertThat(point.getLabels().get("url_scheme")).isEqualTo("http");
    assertThat(point.getLabels().get("error_type")).isEqualTo("503");
    assertThat(point.getLabels().get("network_protocol_version")).isEqualTo("1.1");
    assertThat(span.getAttributes().get(stringKey("error.type"))).isEqualTo("503");
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
  }

  @Test
  void finish_spanAndMetric_haveSameDuration() {
    SpanData span = server.serve(FakeExchange.get("/", null), 200);

    assertThat(span.getStartEpochNanos())
        .isEqualTo(RecordedServer.NOON.getEpochSecond() * 1_000_000_000L);
    assertThat(span.getEndEpochNanos() - span.getStartEpochNanos()).isEqualTo(30_000_000);
    assertThat(server.onlyPoint().getSum()).isEqualTo(0.03);
  }

  @Test
  void finish_exemplar_isSpan() {
    SpanData span = server.serve(FakeExchange.get("/", null), 200);

    Exemplar exemplar = server.onlyPoint().getExemplars().get(0);
    assertThat(exemplar.getLabels().get(Exemplar.TRACE_ID)).isEqualTo(span.getTraceId());
    assertThat(exemplar.getLabels().get(Exemplar.SPAN_ID)).isEqualTo(span.getSpanId());
    assertThat(exemplar.getValue()).isEqualTo(0.03);
  }

  @Test
  void finish_counter_isDerivedFromHistogram() {
    ServerTelemetry telemetry = server.both();
    for (int i = 0; i < 3; i++) {
      FakeExchange exchange = FakeExchange.get("/", "/");
      exchange.start(telemetry);
      exchange.finish(200);
    }

    CounterSnapshot requests = server.metric(RequestMetrics.REQUESTS, CounterSnapshot.class);
    assertThat(requests.getDataPoints()).hasSize(1);
    assertThat(requests.getDataPoints().get(0).getValue()).isEqualTo(3);
    assertThat(requests.getDataPoints().get(0).getLabels().get("http_route")).isEqualTo("/");
  }

  @Test
  void finish_secondTime_recordsNothing() {
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.start(server.both());

    exchange.finish(200);
    exchange.finish(500);

    assertThat(server.spans.getFinishedSpanItems()).hasSize(1);
    assertThat(server.onlyPoint().getCount()).isEqualTo(1);
    assertThat(active()).isZero();
  }

  @Test
  void start_untilFinish_isActive() {
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.start(server.both());
    assertThat(active()).isEqualTo(1);

    exchange.finish(200);

    assertThat(active()).isZero();
  }

  @Test
  void finish_withFailure_hasErrorOfItsClass() {
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.failed(new IOException("broken pipe"));

    SpanData span = server.serve(exchange, 200);

    assertThat(span.getAttributes().get(stringKey("error.type"))).isEqualTo("java.io.IOException");
    assertThat(span.getAttributes().get(longKey("http.response.status_code"))).isEqualTo(200);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getStatus().getDescription()).isEmpty();
    assertThat(span.getEvents()).singleElement().extracting("name").isEqualTo("exception");
    assertThat(server.onlyPoint().getLabels().get("error_type")).isEqualTo("java.io.IOException");
  }

  @ParameterizedTest
  @CsvSource({"200", "302", "404", "499"})
  void finish_belowFiveHundred_isNoError(int status) {
    SpanData span = server.serve(FakeExchange.get("/", null), status);

    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getAttributes().get(stringKey("error.type"))).isNull();
    assertThat(server.onlyPoint().getLabels().get("error_type")).isEmpty();
  }

  @Test
  void start_unknownMethod_isOtherWithTheOriginalOnTheSpan() {
    FakeExchange exchange = FakeExchange.get("/", "/x");
    exchange.requestMethod = "get";

    SpanData span = server.serve(exchange, 200);

    assertThat(span.getName()).isEqualTo("HTTP /x");
    assertThat(span.getAttributes().get(stringKey("http.request.method"))).isEqualTo("_OTHER");
    assertThat(span.getAttributes().get(stringKey("http.request.method_original")))
        .isEqualTo("get");
    assertThat(server.onlyPoint().getLabels().get("http_request_method")).isEqualTo("_OTHER");
  }

  @Test
  void finish_withoutRoute_nameIsMethod() {
    SpanData span = server.serve(FakeExchange.get("/secret/path", null), 404);

    assertThat(span.getName()).isEqualTo("GET");
    assertThat(span.getAttributes().get(stringKey("http.route"))).isNull();
    assertThat(server.onlyPoint().getLabels().get("http_route")).isEmpty();
  }

  @Test
  void finish_lateRoute_renamesSpan() {
    FakeExchange exchange = FakeExchange.get("/users/3", null);
    exchange.start(server.both());
    exchange.matched = "/users/{id}";
    exchange.finish(200);

    SpanData span = server.spans.getFinishedSpanItems().get(0);
    assertThat(span.getName()).isEqualTo("GET /users/{id}");
    assertThat(span.getAttributes().get(stringKey("http.route"))).isEqualTo("/users/{id}");
    assertThat(server.onlyPoint().getLabels().get("http_route")).isEqualTo("/users/{id}");
  }

  @Test
  void join_secondHalf_sharesClockReading() {
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.start(server.telemetry(server.openTelemetry, null, Map.of()));
    server.nanos.addAndGet(5_000_000);

    boolean startedSpan = exchange.join(server.telemetry(null, server.registry, Map.of()));
    server.nanos.addAndGet(5_000_000);
    exchange.finish(200);

    assertThat(startedSpan).isFalse();
    assertThat(server.spans.getFinishedSpanItems()).hasSize(1);
    assertThat(server.onlyPoint().getSum()).isEqualTo(0.01);
  }

  @Test
  void join_sameTwice_addsNothing() {
    ServerTelemetry telemetry = server.both();
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.start(telemetry);

    assertThat(exchange.join(telemetry)).isFalse();
    assertThat(active()).isEqualTo(1);
    exchange.finish(200);

    assertThat(server.spans.getFinishedSpanItems()).hasSize(1);
    assertThat(server.onlyPoint().getCount()).isEqualTo(1);
  }

  @Test
  void finish_failingRouter_countsErrorAndRecordsRequest() {
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.routeFails = true;

    server.serve(exchange, 200);

    assertThat(server.onlyPoint().getCount()).isEqualTo(1);
    assertThat(
            server
                .metric(RequestMetrics.INTERNAL_ERRORS, CounterSnapshot.class)
                .getDataPoints()
                .get(0)
                .getValue())
        .isPositive();
  }

  @Test
  void finish_fatalErrorOfRouter_isRethrown() {
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.start(server.both());
    exchange.fatalError = new OutOfMemoryError("simulated");

    assertThatThrownBy(() -> exchange.finish(200)).isSameAs(exchange.fatalError);
  }

  @Test
  void close_lastUser_unregistersMetrics() {
    ServerTelemetry first = server.both();
    ServerTelemetry second = server.both();

    first.close();
    assertThat(server.registry.scrape().size()).isPositive();
    second.close();

    assertThat(server.registry.scrape().size()).isZero();
  }
}
