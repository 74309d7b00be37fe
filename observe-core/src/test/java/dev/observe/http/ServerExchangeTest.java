/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.config.Settings;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerExchangeTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final AtomicLong nanos = new AtomicLong(1_000);
  private OpenTelemetrySdk sdk = sdk(Sampler.parentBased(Sampler.alwaysOn()));

  private OpenTelemetrySdk sdk(Sampler sampler) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder()
                .setSampler(sampler)
                .addSpanProcessor(SimpleSpanProcessor.create(spans))
                .build())
        .setPropagators(
            ContextPropagators.create(
                TextMapPropagator.composite(
                    W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance())))
        .build();
  }

  @AfterEach
  void close() {
    assertThat(Context.current()).isSameAs(Context.root());
    sdk.close();
  }

  private ServerTelemetry telemetry(
      @Nullable OpenTelemetry openTelemetry, @Nullable PrometheusRegistry into) {
    return ServerTelemetry.create(
        openTelemetry, into, Settings.of(Map.of()), nanos::get, InstantSource.fixed(NOON));
  }

  private ServerTelemetry both() {
    return telemetry(sdk, registry);
  }

  private SpanData serve(FakeExchange exchange, int status) {
    exchange.start(both());
    nanos.addAndGet(30_000_000);
    exchange.finish(status);
    return spans.getFinishedSpanItems().get(0);
  }

  private <T extends MetricSnapshot> T metric(String name, Class<T> type) {
    return registry.scrape(name::equals).stream()
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not in the registry"));
  }

  private HistogramDataPointSnapshot onlyPoint() {
    List<HistogramDataPointSnapshot> points =
        metric(RequestMetrics.DURATION, HistogramSnapshot.class).getDataPoints();
    assertThat(points).hasSize(1);
    return points.get(0);
  }

  private double active() {
    return metric(RequestMetrics.ACTIVE, GaugeSnapshot.class).getDataPoints().stream()
        .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
        .sum();
  }

  @Test
  void finish_spanHasWhatTheConventionsAsk() {
    FakeExchange exchange =
        FakeExchange.get("/shop/orders/17", "/shop/orders/{id}")
            .header("Host", "shop.example:8080")
            .header("User-Agent", "curl/8");
    exchange.query = "page=2";

    SpanData span = serve(exchange, 200);

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
                // Not of the conventions: an exemplar of the histogram leads to this span.
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
  void finish_metricHasTheSameValues() {
    SpanData span = serve(FakeExchange.get("/a/1", "/a/*"), 503);

    HistogramDataPointSnapshot point = onlyPoint();
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
  void finish_spanAndMetricLastEquallyLong() {
    SpanData span = serve(FakeExchange.get("/", null), 200);

    assertThat(span.getStartEpochNanos()).isEqualTo(NOON.getEpochSecond() * 1_000_000_000L);
    assertThat(span.getEndEpochNanos() - span.getStartEpochNanos()).isEqualTo(30_000_000);
    assertThat(onlyPoint().getSum()).isEqualTo(0.03);
  }

  @Test
  void finish_exemplarIsTheSpan() {
    SpanData span = serve(FakeExchange.get("/", null), 200);

    Exemplar exemplar = onlyPoint().getExemplars().get(0);
    assertThat(exemplar.getLabels().get(Exemplar.TRACE_ID)).isEqualTo(span.getTraceId());
    assertThat(exemplar.getLabels().get(Exemplar.SPAN_ID)).isEqualTo(span.getSpanId());
    assertThat(exemplar.getValue()).isEqualTo(0.03);
  }

  @Test
  void finish_counterIsDerivedFromTheHistogram() {
    ServerTelemetry telemetry = both();
    for (int i = 0; i < 3; i++) {
      FakeExchange exchange = FakeExchange.get("/", "/");
      exchange.start(telemetry);
      exchange.finish(200);
    }

    CounterSnapshot requests = metric(RequestMetrics.REQUESTS, CounterSnapshot.class);
    assertThat(requests.getDataPoints()).hasSize(1);
    assertThat(requests.getDataPoints().get(0).getValue()).isEqualTo(3);
    assertThat(requests.getDataPoints().get(0).getLabels().get("http_route")).isEqualTo("/");
  }

  @Test
  void finish_secondTime_recordsNothing() {
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.start(both());

    exchange.finish(200);
    exchange.finish(500);

    assertThat(spans.getFinishedSpanItems()).hasSize(1);
    assertThat(onlyPoint().getCount()).isEqualTo(1);
    assertThat(active()).isZero();
  }

  @Test
  void start_countsAsActiveUntilFinish() {
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.start(both());
    assertThat(active()).isEqualTo(1);

    exchange.finish(200);

    assertThat(active()).isZero();
  }

  @Test
  void finish_withFailure_isAnErrorOfItsClass() {
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.failed(new IOException("broken pipe"));

    SpanData span = serve(exchange, 200);

    assertThat(span.getAttributes().get(stringKey("error.type"))).isEqualTo("java.io.IOException");
    assertThat(span.getAttributes().get(longKey("http.response.status_code"))).isEqualTo(200);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getStatus().getDescription()).isEmpty();
    assertThat(span.getEvents()).singleElement().extracting("name").isEqualTo("exception");
    assertThat(onlyPoint().getLabels().get("error_type")).isEqualTo("java.io.IOException");
  }

  @ParameterizedTest
  @CsvSource({"200", "302", "404", "499"})
  void finish_belowFiveHundred_isNoError(int status) {
    SpanData span = serve(FakeExchange.get("/", null), status);

    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getAttributes().get(stringKey("error.type"))).isNull();
    assertThat(onlyPoint().getLabels().get("error_type")).isEmpty();
  }

  @Test
  void start_unknownMethod_isOtherWithTheOriginalOnTheSpan() {
    FakeExchange exchange = FakeExchange.get("/", "/x");
    exchange.requestMethod = "get";

    SpanData span = serve(exchange, 200);

    assertThat(span.getName()).isEqualTo("HTTP /x");
    assertThat(span.getAttributes().get(stringKey("http.request.method"))).isEqualTo("_OTHER");
    assertThat(span.getAttributes().get(stringKey("http.request.method_original")))
        .isEqualTo("get");
    assertThat(onlyPoint().getLabels().get("http_request_method")).isEqualTo("_OTHER");
  }

  @Test
  void finish_withoutRoute_nameIsTheMethod() {
    SpanData span = serve(FakeExchange.get("/secret/path", null), 404);

    assertThat(span.getName()).isEqualTo("GET");
    assertThat(span.getAttributes().get(stringKey("http.route"))).isNull();
    assertThat(onlyPoint().getLabels().get("http_route")).isEmpty();
  }

  @Test
  void finish_routeFoundLate_renamesTheSpan() {
    FakeExchange exchange = FakeExchange.get("/users/3", null);
    exchange.start(both());
    exchange.matched = "/users/{id}";
    exchange.finish(200);

    SpanData span = spans.getFinishedSpanItems().get(0);
    assertThat(span.getName()).isEqualTo("GET /users/{id}");
    assertThat(span.getAttributes().get(stringKey("http.route"))).isEqualTo("/users/{id}");
    assertThat(onlyPoint().getLabels().get("http_route")).isEqualTo("/users/{id}");
  }

  @Test
  void start_traceparent_isTheParent() {
    FakeExchange exchange =
        FakeExchange.get("/", null).header("traceparent", PARENT).header("baggage", "user=7");
    exchange.start(both());
    String user;
    try (Scope scope = exchange.makeCurrent()) {
      assertThat(Span.current().getSpanContext().getTraceId())
          .isEqualTo("0af7651916cd43dd8448eb211c80319c");
      user = Baggage.current().getEntryValue("user");
    }
    exchange.finish(200);

    SpanData span = spans.getFinishedSpanItems().get(0);
    assertThat(span.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(span.getParentSpanContext().isRemote()).isTrue();
    assertThat(user).isEqualTo("7");
  }

  @Test
  void P11_tracestateOver512Characters_isDropped() {
    FakeExchange exchange =
        FakeExchange.get("/", null)
            .header("traceparent", PARENT)
            .header("tracestate", "k=" + "v".repeat(600));

    SpanData span = serve(exchange, 200);

    assertThat(span.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(span.getSpanContext().getTraceState().isEmpty()).isTrue();
  }

  @Test
  void start_unsampledParent_isMeasuredWithoutASpan() {
    FakeExchange exchange =
        FakeExchange.get("/", "/r").header("traceparent", PARENT.replace("-01", "-00"));
    exchange.start(both());
    exchange.finish(200);

    assertThat(spans.getFinishedSpanItems()).isEmpty();
    assertThat(onlyPoint().getCount()).isEqualTo(1);
    assertThat(onlyPoint().getExemplars().size()).isZero();
  }

  @Test
  void start_unknownSampler_seesTheAttributes() {
    sdk = sdk(new OnlyPath("/keep"));
    ServerTelemetry telemetry = both();

    for (String path : List.of("/keep", "/drop")) {
      FakeExchange exchange = FakeExchange.get(path, null);
      exchange.start(telemetry);
      exchange.finish(200);
    }

    assertThat(spans.getFinishedSpanItems())
        .singleElement()
        .satisfies(
            span ->
                assertThat(span.getAttributes().get(HttpAttributes.URL_PATH)).isEqualTo("/keep"));
  }

  @Test
  void start_ratioSampler_describesWhatItKeeps() {
    sdk = sdk(Sampler.traceIdRatioBased(1));

    SpanData span = serve(FakeExchange.get("/p", null), 200);

    assertThat(span.getAttributes().get(HttpAttributes.URL_PATH)).isEqualTo("/p");
  }

  @Test
  void start_leakedContext_isNotTheParent() {
    Span left = sdk.getTracer("test").spanBuilder("left behind").startSpan();
    left.end();
    FakeExchange exchange = FakeExchange.get("/", null);
    try (Scope leak = left.makeCurrent()) {
      exchange.start(both());
      exchange.finish(200);
    }

    SpanData span = spans.getFinishedSpanItems().get(1);
    assertThat(span.getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void join_secondHalf_sharesTheClockReading() {
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.start(telemetry(sdk, null));
    nanos.addAndGet(5_000_000);

    boolean startedSpan = exchange.join(telemetry(null, registry));
    nanos.addAndGet(5_000_000);
    exchange.finish(200);

    assertThat(startedSpan).isFalse();
    assertThat(spans.getFinishedSpanItems()).hasSize(1);
    assertThat(onlyPoint().getSum()).isEqualTo(0.01);
  }

  @Test
  void join_sameTwice_addsNothing() {
    ServerTelemetry telemetry = both();
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.start(telemetry);

    assertThat(exchange.join(telemetry)).isFalse();
    assertThat(active()).isEqualTo(1);
    exchange.finish(200);

    assertThat(spans.getFinishedSpanItems()).hasSize(1);
    assertThat(onlyPoint().getCount()).isEqualTo(1);
  }

  @Test
  void finish_brokenRouter_isCountedAndTheRequestMeasured() {
    FakeExchange exchange = FakeExchange.get("/", null);
    exchange.routeFails = true;

    serve(exchange, 200);

    assertThat(onlyPoint().getCount()).isEqualTo(1);
    assertThat(
            metric(RequestMetrics.INTERNAL_ERRORS, CounterSnapshot.class)
                .getDataPoints()
                .get(0)
                .getValue())
        .isEqualTo(2);
  }

  @Test
  void close_lastUser_takesTheMetricsOffTheRegistry() {
    ServerTelemetry first = both();
    ServerTelemetry second = both();

    first.close();
    assertThat(registry.scrape().size()).isPositive();
    second.close();

    assertThat(registry.scrape().size()).isZero();
  }

  /** A sampler as users write them: it decides by an attribute. */
  private static final class OnlyPath implements Sampler {
    private final String path;

    OnlyPath(String path) {
      this.path = path;
    }

    @Override
    public io.opentelemetry.sdk.trace.samplers.SamplingResult shouldSample(
        Context parentContext,
        String traceId,
        String name,
        SpanKind spanKind,
        Attributes attributes,
        List<io.opentelemetry.sdk.trace.data.LinkData> parentLinks) {
      return path.equals(attributes.get(HttpAttributes.URL_PATH))
          ? io.opentelemetry.sdk.trace.samplers.SamplingResult.recordAndSample()
          : io.opentelemetry.sdk.trace.samplers.SamplingResult.drop();
    }

    @Override
    public String getDescription() {
      return "OnlyPath";
    }
  }
}
