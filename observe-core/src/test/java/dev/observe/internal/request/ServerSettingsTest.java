/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import static io.opentelemetry.api.common.AttributeKey.stringArrayKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.ContextPropagation;
import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.context.TracingSuppression;
import dev.observe.internal.request.series.RequestMetrics;
import dev.observe.internal.semconv.HttpAttributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** The effect of the server's settings on spans and metrics. */
class ServerSettingsTest {
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .setSampler(TracingSuppression.sampler(Sampler.alwaysOn()))
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
          .build();

  @AfterEach
  void close() {
    assertThat(Context.current()).isSameAs(Context.root());
    assertThat(MDC.getCopyOfContextMap() == null ? Map.of() : MDC.getCopyOfContextMap()).isEmpty();
    sdk.close();
  }

  private ServerTelemetry telemetry(String... settings) {
    Map<String, String> code = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      code.put(settings[i], settings[i + 1]);
    }
    return ServerTelemetry.of(sdk, registry, Settings.of(code));
  }

  private static FakeExchange serve(ServerTelemetry telemetry, FakeExchange exchange) {
    exchange.start(telemetry);
    exchange.finish(200);
    return exchange;
  }

  private List<HistogramDataPointSnapshot> points() {
    return ((HistogramSnapshot) registry.scrape(RequestMetrics.DURATION::equals).get(0))
        .getDataPoints();
  }

  private SpanData onlySpan() {
    assertThat(spans.getFinishedSpanItems()).hasSize(1);
    return spans.getFinishedSpanItems().get(0);
  }

  @Test
  void exclude_matchingPath_hasNeitherSpanNorRecord() {
    ServerTelemetry telemetry = telemetry("observe.http.exclude", "/health, /static/*");

    serve(telemetry, FakeExchange.get("/health", null));
    serve(telemetry, FakeExchange.get("/static/a.css", null));
    serve(telemetry, FakeExchange.get("/orders", "/orders"));

    assertThat(onlySpan().getAttributes().get(HttpAttributes.URL_PATH)).isEqualTo("/orders");
    assertThat(points()).singleElement().satisfies(p -> assertThat(p.getCount()).isEqualTo(1));
  }

  @Test
  void exclude_matchingPath_dropsInnerSpansAndPropagatesUnsampled() {
    ServerTelemetry telemetry = telemetry("observe.http.exclude", "/health");
    FakeExchange exchange = FakeExchange.get("/health", null).header("traceparent", PARENT);
    Map<String, String> passedOn = new HashMap<>();

    exchange.start(telemetry);
    try (Scope scope = exchange.makeCurrent()) {
      Span inside = sdk.getTracer("test").spanBuilder("query").startSpan();
      assertThat(inside.isRecording()).isFalse();
      inside.end();
      sdk.getPropagators().getTextMapPropagator().inject(Context.current(), passedOn, Map::put);
    }
    exchange.finish(200);

    assertThat(spans.getFinishedSpanItems()).isEmpty();
    assertThat(passedOn.get("traceparent"))
        .startsWith("00-0af7651916cd43dd8448eb211c80319c-")
        .endsWith("-00");
  }

  @Test
  void exclude_ofOneSignal_keepsOther() {
    ServerTelemetry telemetry = telemetry("observe.http.traces.exclude", "/health");

    serve(telemetry, FakeExchange.get("/health", "/health"));

    assertThat(spans.getFinishedSpanItems()).isEmpty();
    assertThat(points()).hasSize(1);
  }

  @Test
  void include_andExclude_selectsIncludedOnly() {
    ServerTelemetry telemetry =
        telemetry("observe.http.include", "/api/**", "observe.http.exclude", "/api/internal/**");

    serve(telemetry, FakeExchange.get("/other", null));
    serve(telemetry, FakeExchange.get("/api/internal/x", null));
    serve(telemetry, FakeExchange.get("/api/orders", null));

    assertThat(onlySpan().getAttributes().get(HttpAttributes.URL_PATH)).isEqualTo("/api/orders");
  }

  @Test
  void ownEndpoint_isNotMeasured() {
    FakeExchange exchange = FakeExchange.get("/metrics", "/metrics");
    exchange.ownEndpoint = true;

    serve(telemetry(), exchange);

    assertThat(spans.getFinishedSpanItems()).isEmpty();
    assertThat(points()).isEmpty();
  }

  @Test
  void exclude_invalidPattern_messageNamesSetting() {
    assertThatThrownBy(() -> telemetry("observe.http.exclude", "/a, health"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observe.http.exclude must be path patterns that begin with / or *, was '/a, health'"
                + " (from code); for example /static/*, *.css");
  }

  @Test
  void responseHeader_name_selectsFormat() {
    FakeExchange bare =
        serve(telemetry("observe.http.response-header", "X-Trace-ID"), FakeExchange.get("/", null));
    FakeExchange response =
        serve(
            telemetry("observe.http.response-header", "traceresponse"),
            FakeExchange.get("/", null));
    FakeExchange timing =
        serve(
            telemetry("observe.http.response-header", "Server-Timing"),
            FakeExchange.get("/", null));

    List<SpanData> made = spans.getFinishedSpanItems();
    assertThat(bare.responseHeaders).isEqualTo(Map.of("X-Trace-ID", made.get(0).getTraceId()));
    assertThat(response.responseHeaders.get("traceresponse"))
        .matches("00-" + made.get(1).getTraceId() + "-" + made.get(1).getSpanId() + "-0[13]");
    assertThat(timing.responseHeaders.get("Server-Timing"))
        .matches(
            "traceparent;desc=\"00-"
                + made.get(2).getTraceId()
                + "-"
                + made.get(2).getSpanId()
                + "-0[13]\"");
  }

  @Test
  void responseHeader_byDefault_isNone() {
    assertThat(serve(telemetry(), FakeExchange.get("/", null)).responseHeaders).isEmpty();
  }

  @Test
  void responseHeader_invalidName_messageNamesSetting() {
    assertThatThrownBy(() -> telemetry("observe.http.response-header", "X Trace\r\n"))
        .hasMessage(
            "observe.http.response-header must be the name of a header, was 'X Trace' (from code);"
                + " such as traceresponse, Server-Timing or X-Trace-ID");
  }

  @Test
  void traceIdHeader_withoutTraceparent_isUsed() {
    ServerTelemetry telemetry = telemetry("observe.http.trace-id-header", "X-Trace-ID");
    String id = "4BF92F3577B34DA6A3CE929D0E0E4736";

    serve(telemetry, FakeExchange.get("/", null).header("X-Trace-ID", id));
    serve(
        telemetry,
        FakeExchange.get("/", null).header("X-Trace-ID", id).header("traceparent", PARENT));

    assertThat(spans.getFinishedSpanItems())
        .extracting(SpanData::getTraceId)
        .containsExactly("4bf92f3577b34da6a3ce929d0e0e4736", "0af7651916cd43dd8448eb211c80319c");
  }

  @Test
  void traceIdHeader_invalidId_isNeitherUsedNorEchoed() {
    ServerTelemetry telemetry =
        telemetry(
            "observe.http.trace-id-header", "X-Trace-ID",
            "observe.http.response-header", "X-Trace-ID");
    for (String value :
        List.of("0".repeat(32), "xyz", "<script>alert(1)</script>1234567", "a".repeat(33))) {
      FakeExchange exchange =
          serve(telemetry, FakeExchange.get("/", null).header("X-Trace-ID", value));

      assertThat(exchange.responseHeaders.get("X-Trace-ID")).matches("[0-9a-f]{32}");
      assertThat(exchange.responseHeaders.get("X-Trace-ID")).isNotEqualTo(value);
    }
  }

  @Test
  void traceIdHeader_byDefault_isIgnored() {
    serve(
        telemetry(),
        FakeExchange.get("/", null).header("X-Trace-ID", "4bf92f3577b34da6a3ce929d0e0e4736"));

    assertThat(onlySpan().getTraceId()).isNotEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
  }

  @Test
  void captureHeaders_named_exceptCredentials() {
    ServerTelemetry telemetry =
        telemetry(
            Setting.CAPTURED_REQUEST_HEADERS.name(), "X-Tenant, Authorization, cookie",
            Setting.CAPTURED_RESPONSE_HEADERS.name(), "X-Cache, Set-Cookie");
    FakeExchange exchange =
        FakeExchange.get("/", null)
            .header("X-Tenant", "a")
            .header("X-Tenant", "b")
            .header("Authorization", "Bearer canary")
            .header("Cookie", "session=canary");
    exchange.responseHeaders.put("X-Cache", "HIT");
    exchange.responseHeaders.put("Set-Cookie", "session=canary");

    serve(telemetry, exchange);

    SpanData span = onlySpan();
    assertThat(span.getAttributes().get(stringArrayKey("http.request.header.x-tenant")))
        .containsExactly("a", "b");
    assertThat(span.getAttributes().get(stringArrayKey("http.response.header.x-cache")))
        .containsExactly("HIT");
    assertThat(span.toString()).doesNotContain("canary");
  }

  @Test
  void P9_knownMethods_areAtMost32() {
    String tooMany = IntStream.range(0, 33).mapToObj(i -> "M" + i).collect(joining(","));

    assertThatThrownBy(() -> telemetry(Setting.KNOWN_METHODS.name(), tooMany))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("otel.instrumentation.http.known-methods must name at most 32 methods, was 33");
  }

  @Test
  void knownMethods_list_replacesDefault() {
    ServerTelemetry telemetry = telemetry(Setting.KNOWN_METHODS.name(), "GET,PROPFIND");
    FakeExchange propfind = FakeExchange.get("/", null);
    propfind.requestMethod = "PROPFIND";
    FakeExchange post = FakeExchange.get("/", null);
    post.requestMethod = "POST";

    serve(telemetry, propfind);
    serve(telemetry, post);

    assertThat(spans.getFinishedSpanItems())
        .extracting(SpanData::getName)
        .containsExactly("PROPFIND", "HTTP");
  }

  @Test
  void mdc_duringRequest_hasIds() {
    FakeExchange exchange = FakeExchange.get("/", null);
    MDC.put("trace_id", "before");

    exchange.start(telemetry());
    Scope scope = exchange.makeCurrent();
    String traceId = MDC.get("trace_id");
    String spanId = MDC.get("span_id");
    exchange.close(scope);
    exchange.finish(200);

    assertThat(traceId).isEqualTo(onlySpan().getTraceId());
    assertThat(spanId).isEqualTo(onlySpan().getSpanId());
    assertThat(MDC.get("trace_id")).isEqualTo("before");
    assertThat(MDC.get("span_id")).isNull();
    MDC.clear();
  }

  @Test
  void mdc_otherThread_hasIds() throws Exception {
    FakeExchange exchange = FakeExchange.get("/", null);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    ExecutorService passing = ContextPropagation.wrap(pool);

    exchange.start(telemetry());
    Scope scope = exchange.makeCurrent();
    String inTask = passing.submit(() -> MDC.get("trace_id")).get();
    exchange.close(scope);
    String afterTask = pool.submit(() -> MDC.get("trace_id")).get();
    exchange.finish(200);
    pool.shutdown();

    assertThat(inTask).isEqualTo(onlySpan().getTraceId());
    assertThat(afterTask).isNull();
  }

  @Test
  void mdc_disabled_isEmpty() {
    FakeExchange exchange = FakeExchange.get("/", null);

    exchange.start(telemetry("observe.mdc", "false"));
    try (Scope scope = exchange.makeCurrent()) {
      assertThat(MDC.get("trace_id")).isNull();
    }
    exchange.finish(200);
  }

  @Test
  void extras_labelsAndAttributes_areRecorded() {
    RequestExtras extras =
        RequestExtras.NONE
            .withLabel("tenant", 2, exchange -> exchange.requestHeader("X-Tenant"))
            .withAttribute("app.tenant", exchange -> exchange.requestHeader("X-Tenant"));
    ServerTelemetry telemetry = ServerTelemetry.of(sdk, registry, Settings.of(Map.of()), extras);
    for (String tenant : List.of("a", "b", "c", "d", "a")) {
      serve(telemetry, FakeExchange.get("/", "/").header("X-Tenant", tenant));
    }
    serve(telemetry, FakeExchange.get("/", "/"));

    assertThat(points())
        .extracting(point -> point.getLabels().get("tenant") + "=" + point.getCount())
        .containsExactlyInAnyOrder("a=2", "b=1", "_other=2", "=1");
    assertThat(
            registry
                .scrape(name -> name.equals("observe_series_overflow"))
                .get(0)
                .getDataPoints()
                .stream()
                .map(point -> (CounterDataPointSnapshot) point)
                .map(point -> point.getLabels().get("label") + "=" + (int) point.getValue()))
        .containsExactlyInAnyOrder("http_route=0", "tenant=2");
    assertThat(spans.getFinishedSpanItems())
        .extracting(span -> span.getAttributes().get(stringKey("app.tenant")))
        .containsExactly("a", "b", "c", "d", "a", null);
  }

  @Test
  void extras_failingCallback_requestIsRecorded() {
    RequestExtras extras =
        RequestExtras.NONE.withLabel(
            "tenant",
            2,
            exchange -> {
              throw new IllegalStateException("no tenant");
            });

    serve(
        ServerTelemetry.of(sdk, registry, Settings.of(Map.of()), extras),
        FakeExchange.get("/", null));

    assertThat(points()).singleElement().satisfies(p -> assertThat(p.getCount()).isEqualTo(1));
  }

  /** The message of an exception may contain input. */
  @Test
  void P10_failureWithInputInMessage_logIsOneLine() {
    RequestExtras extras =
        RequestExtras.NONE.withLabel(
            "page", 2, exchange -> Integer.valueOf(exchange.requestHeader("X-Page")).toString());
    String sent = "1\r\nforged line\u2028" + "x".repeat(9_000);

    try (LogLines log = LogLines.of(ServerTelemetry.class)) {
      serve(
          ServerTelemetry.of(sdk, registry, Settings.of(Map.of()), extras),
          FakeExchange.get("/", null).header("X-Page", sent));

      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("NumberFormatException", "1__forged line_xxx")
          .hasSizeLessThan(1_200)
          .doesNotContain("\n", "\r", "\u2028");
    }
  }

  @Test
  void extras_otherLabelsOnTheSameRegistry_throws() {
    telemetry();
    RequestExtras extras = RequestExtras.NONE.withLabel("tenant", 2, exchange -> "a");

    assertThatThrownBy(() -> ServerTelemetry.of(sdk, registry, Settings.of(Map.of()), extras))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "labels must be the same for all filters of a registry, was [tenant] after []; add"
                + " the labels to each filter, or use a separate registry");
  }

  @Test
  void extras_invalidNames_throw() {
    assertThatThrownBy(() -> RequestExtras.NONE.withLabel("my-label", 2, exchange -> ""))
        .hasMessage("name must be a Prometheus label name, was 'my-label'; for example tenant");
    assertThatThrownBy(() -> RequestExtras.NONE.withLabel("http_route", 2, exchange -> ""))
        .hasMessage("name must not be the name of another label, was 'http_route'");
    assertThatThrownBy(() -> RequestExtras.NONE.withLabel("tenant", 101, exchange -> ""))
        .hasMessage("maxValues must be from 1 to 100, was 101");
  }
}
