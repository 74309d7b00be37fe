/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.request.RecordedServer.SpansBy;
import dev.observe.internal.semconv.HttpAttributes;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The parent and the sampling of the span of a request. */
@ParameterizedClass
@EnumSource
class ServerExchangeParentTest {
  private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final SpansBy by;
  private final RecordedServer server;

  ServerExchangeParentTest(SpansBy by) {
    this.by = by;
    this.server = new RecordedServer(by);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void start_traceparent_isTheParent() {
    FakeExchange exchange =
        FakeExchange.get("/", null).header("traceparent", PARENT).header("baggage", "user=7");
    exchange.start(server.both());
    String user;
    try (Scope scope = exchange.makeCurrent()) {
      assertThat(Span.current().getSpanContext().getTraceId())
          .isEqualTo("0af7651916cd43dd8448eb211c80319c");
      user = Baggage.current().getEntryValue("user");
    }
    exchange.finish(200);

    SpanData span = server.spans.getFinishedSpanItems().get(0);
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

    SpanData span = server.serve(exchange, 200);

    assertThat(span.getParentSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(span.getSpanContext().getTraceState().isEmpty()).isTrue();
  }

  @Test
  void start_unsampledParent_isMeasuredWithoutASpan() {
    FakeExchange exchange =
        FakeExchange.get("/", "/r").header("traceparent", PARENT.replace("-01", "-00"));
    exchange.start(server.both());
    exchange.finish(200);

    assertThat(server.spans.getFinishedSpanItems()).isEmpty();
    assertThat(server.onlyPoint().getCount()).isEqualTo(1);
    assertThat(server.onlyPoint().getExemplars().size()).isZero();
  }

  @Test
  void start_unknownSampler_receivesAttributes() {
    RecordedServer choosing =
        new RecordedServer(by, new OnlyPath("/keep"), SpanLimits.getDefault());
    ServerTelemetry telemetry = choosing.both();

    for (String path : List.of("/keep", "/drop")) {
      FakeExchange exchange = FakeExchange.get(path, null);
      exchange.start(telemetry);
      exchange.finish(200);
    }

    assertThat(choosing.spans.getFinishedSpanItems())
        .singleElement()
        .satisfies(
            span ->
                assertThat(span.getAttributes().get(HttpAttributes.URL_PATH)).isEqualTo("/keep"));
  }

  @Test
  void start_ratioSampler_sampledSpanHasAttributes() {
    SpanData span =
        new RecordedServer(by, Sampler.traceIdRatioBased(1), SpanLimits.getDefault())
            .serve(FakeExchange.get("/p", null), 200);

    assertThat(span.getAttributes().get(HttpAttributes.URL_PATH)).isEqualTo("/p");
  }

  @Test
  void start_leakedContext_isNotTheParent() {
    Span left = server.sdk.getTracer("test").spanBuilder("left behind").startSpan();
    left.end();
    FakeExchange exchange = FakeExchange.get("/", null);
    try (Scope leak = left.makeCurrent()) {
      exchange.start(server.both());
      exchange.finish(200);
    }

    SpanData span = server.spans.getFinishedSpanItems().get(1);
    assertThat(span.getParentSpanContext().isValid()).isFalse();
  }

  /** A user's sampler, which decides by an attribute. */
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
