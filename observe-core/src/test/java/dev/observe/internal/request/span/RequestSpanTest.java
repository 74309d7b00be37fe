/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.span;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.request.FakeExchange;
import dev.observe.internal.request.RecordedServer;
import dev.observe.internal.request.RecordedServer.SpansBy;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares our span with the SDK's span under the same calls. */
class RequestSpanTest {
  private static final int STEPS = 400;

  static Stream<SpanLimits> limits() {
    return Stream.of(
        SpanLimits.getDefault(),
        SpanLimits.builder().setMaxNumberOfAttributes(64).setMaxAttributeValueLength(1024).build(),
        SpanLimits.builder()
            .setMaxNumberOfAttributes(16)
            .setMaxNumberOfEvents(3)
            .setMaxNumberOfLinks(2)
            .setMaxNumberOfAttributesPerEvent(2)
            .setMaxNumberOfAttributesPerLink(1)
            .setMaxAttributeValueLength(7)
            .build());
  }

  private static RecordedServer server(SpansBy by, SpanLimits limits) {
    return new RecordedServer(by, Sampler.parentBased(Sampler.alwaysOn()), limits);
  }

  /** Serves a request during which the application uses its span. */
  private static SpanData serve(
      RecordedServer server, FakeExchange exchange, Consumer<Span> application) {
    exchange.start(server.both());
    application.accept(Span.fromContext(context(exchange)));
    exchange.finish(200);
    return server.spans.getFinishedSpanItems().get(0);
  }

  private static Context context(FakeExchange exchange) {
    Context context = exchange.context();
    assertThat(context).isNotNull();
    return context;
  }

  private static void assertSame(SpanData ours, SpanData sdks) {
    assertThat(ours).isInstanceOf(RequestSpan.class);
    assertThat(sdks).isNotInstanceOf(RequestSpan.class);
    assertThat(ours.getName()).isEqualTo(sdks.getName());
    assertThat(ours.getKind()).isEqualTo(sdks.getKind());
    assertThat(ours.getStatus()).isEqualTo(sdks.getStatus());
    assertThat(ours.getStartEpochNanos()).isEqualTo(sdks.getStartEpochNanos());
    assertThat(ours.hasEnded()).isTrue();
    assertThat(ours.getAttributes().asMap()).isEqualTo(sdks.getAttributes().asMap());
    assertThat(ours.getAttributes().size()).isEqualTo(sdks.getAttributes().size());
    assertThat(ours.getTotalAttributeCount()).isEqualTo(sdks.getTotalAttributeCount());
    assertThat(ours.getTotalRecordedEvents()).isEqualTo(sdks.getTotalRecordedEvents());
    assertThat(ours.getTotalRecordedLinks()).isEqualTo(sdks.getTotalRecordedLinks());
    assertThat(ours.getEvents().stream().map(RequestSpanTest::withoutTime).toList())
        .isEqualTo(sdks.getEvents().stream().map(RequestSpanTest::withoutTime).toList());
    assertThat(ours.getLinks().stream().map(RequestSpanTest::comparable).toList())
        .isEqualTo(sdks.getLinks().stream().map(RequestSpanTest::comparable).toList());
    assertThat(ours.getInstrumentationScopeInfo()).isEqualTo(sdks.getInstrumentationScopeInfo());
    assertThat(ours.getResource()).isEqualTo(sdks.getResource());
    assertThat(ours.getSpanContext().getTraceFlags())
        .isEqualTo(sdks.getSpanContext().getTraceFlags());
    assertThat(ours.getSpanContext().getTraceState())
        .isEqualTo(sdks.getSpanContext().getTraceState());
    assertThat(ours.getParentSpanContext()).isEqualTo(sdks.getParentSpanContext());
  }

  private static List<Object> withoutTime(EventData event) {
    return List.of(event.getName(), event.getAttributes().asMap(), event.getTotalAttributeCount());
  }

  private static List<Object> comparable(LinkData link) {
    // Not the total count of attributes: the SDK omits dropped attributes of a link.
    return List.of(link.getSpanContext(), link.getAttributes().asMap());
  }

  @ParameterizedTest
  @MethodSource("limits")
  void span_anyCalls_equalsSpanOfSdk(SpanLimits limits) {
    for (int seed = 0; seed < 60; seed++) {
      List<Consumer<Span>> calls = calls(new Random(seed));
      try (RecordedServer us = server(SpansBy.US, limits);
          RecordedServer sdk = server(SpansBy.SDK, limits)) {
        Consumer<Span> application = span -> calls.forEach(call -> call.accept(span));
        assertSame(
            serve(us, FakeExchange.get("/orders/1", "/orders/*"), application),
            serve(sdk, FakeExchange.get("/orders/1", "/orders/*"), application));
      }
    }
  }

  private static List<Consumer<Span>> calls(Random random) {
    List<Consumer<Span>> calls = new ArrayList<>();
    int count = random.nextInt(STEPS);
    for (int i = 0; i < count; i++) {
      calls.add(call(random));
    }
    return calls;
  }

  private static Consumer<Span> call(Random random) {
    String text = "x".repeat(random.nextInt(2_000)) + random.nextInt();
    Attributes attributes = attributes(random);
    AttributeKey<?> key = AttributeKey.stringKey("key" + random.nextInt(160));
    SpanContext linked = linked(random.nextInt(3));
    StatusCode status = List.of(StatusCode.values()).get(random.nextInt(3));
    IllegalStateException failure =
        new IllegalStateException(random.nextBoolean() ? text : null, new Error("cause"));
    return switch (random.nextInt(12)) {
      case 0 -> span -> span.setStatus(status, text);
      case 1 -> span -> span.updateName(text);
      case 2 -> span -> span.addEvent(text, attributes);
      case 3 -> span -> span.addEvent(text, attributes, 17, TimeUnit.SECONDS);
      case 4 -> span -> span.addEvent(text);
      case 5 -> span -> span.addLink(linked, attributes);
      case 6 -> span -> span.recordException(failure);
      case 7 -> span -> span.recordException(failure, attributes);
      case 8 -> span -> attributes.forEach((k, value) -> set(span, k, value));
      case 9 -> span -> span.setAllAttributes(attributes);
      default -> span -> set(span, key, text);
    };
  }

  @SuppressWarnings("unchecked")
  private static <T> void set(Span span, AttributeKey<T> key, @Nullable Object value) {
    span.setAttribute(key, (T) value);
  }

  private static SpanContext linked(int kind) {
    return kind == 0
        ? SpanContext.getInvalid()
        : SpanContext.create(
            "0af7651916cd43dd8448eb211c80319c",
            "b7ad6b716920333" + kind,
            TraceFlags.getSampled(),
            TraceState.getDefault());
  }

  private static Attributes attributes(Random random) {
    String text = "v".repeat(random.nextInt(20));
    return switch (random.nextInt(4)) {
      case 0 -> Attributes.empty();
      case 1 -> Attributes.of(AttributeKey.stringKey("text"), text);
      case 2 ->
          Attributes.builder()
              .put("long", random.nextLong())
              .put("double", random.nextDouble())
              .put("boolean", random.nextBoolean())
              .put("texts", text, text + text, "")
              .put("longs", 1, 2, 3)
              .build();
      default ->
          Attributes.of(
              AttributeKey.valueKey("value"),
              Value.of(
                  KeyValue.of("text", Value.of(text)),
                  KeyValue.of("bytes", Value.of(new byte[random.nextInt(12)])),
                  KeyValue.of("list", Value.of(Value.of(text + text), Value.of(5))),
                  KeyValue.of("none", Value.of(true))));
    };
  }

  @Test
  @SuppressWarnings("NullAway") // What a caller without null checks does.
  void span_nulls_areIgnoredAsBySdk() {
    Error failure = new Error();
    Consumer<Span> application =
        span -> {
          span.setAttribute((AttributeKey<String>) null, "value");
          span.setAttribute(AttributeKey.stringKey("null"), null);
          span.setAttribute(AttributeKey.stringKey(""), "value");
          span.addEvent(null);
          span.addEvent("event", (Attributes) null);
          span.addEvent("event", 5, null);
          span.addLink(null);
          span.addLink(linked(1), null);
          span.recordException(null);
          span.recordException(failure, null);
          span.setStatus(null, "description");
          span.updateName(null);
        };
    try (RecordedServer us = server(SpansBy.US, SpanLimits.getDefault());
        RecordedServer sdk = server(SpansBy.SDK, SpanLimits.getDefault())) {
      assertSame(
          serve(us, FakeExchange.get("/", null), application),
          serve(sdk, FakeExchange.get("/", null), application));
    }
  }

  @Test
  void span_parentWithState_isChildAsWithSdk() {
    for (String flags : List.of("01", "03")) {
      List<SpanData> spans = new ArrayList<>();
      for (SpansBy by : SpansBy.values()) {
        try (RecordedServer server = server(by, SpanLimits.getDefault())) {
          FakeExchange exchange =
              FakeExchange.get("/", null)
                  .header(
                      "traceparent",
                      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-" + flags)
                  .header("tracestate", "vendor=value");
          spans.add(serve(server, exchange, span -> {}));
        }
      }
      assertSame(spans.get(0), spans.get(1));
      assertThat(spans.get(0).getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    }
  }

  @Test
  void end_byApplication_laterCallsAreIgnoredAsBySdk() {
    Consumer<Span> application =
        span -> {
          span.end(RecordedServer.NOON.plusSeconds(3));
          span.setAttribute("late", true).addEvent("late").addLink(linked(1));
          span.setStatus(StatusCode.ERROR).updateName("late").recordException(new Error());
          assertThat(span.isRecording()).isFalse();
          span.end();
        };
    try (RecordedServer us = server(SpansBy.US, SpanLimits.getDefault());
        RecordedServer sdk = server(SpansBy.SDK, SpanLimits.getDefault())) {
      SpanData ours = serve(us, FakeExchange.get("/", null), application);
      SpanData sdks = serve(sdk, FakeExchange.get("/", null), application);

      assertSame(ours, sdks);
      assertThat(ours.getEndEpochNanos()).isEqualTo(sdks.getEndEpochNanos());
      assertThat(us.spans.getFinishedSpanItems()).hasSize(1);
    }
  }

  @Test
  void addLink_moreAttributesThanLimit_totalIsCounted() {
    SpanLimits one = SpanLimits.builder().setMaxNumberOfAttributesPerLink(1).build();
    try (RecordedServer server = server(SpansBy.US, one)) {
      Attributes two = Attributes.builder().put("a", 1).put("b", 2).build();
      SpanData span =
          serve(
              server, FakeExchange.get("/", null), recording -> recording.addLink(linked(1), two));

      assertThat(span.getLinks())
          .singleElement()
          .satisfies(
              link -> {
                assertThat(link.getAttributes().size()).isEqualTo(1);
                assertThat(link.getTotalAttributeCount()).isEqualTo(2);
              });
    }
  }

  @Test
  void toSpanData_recordingSpan_isSnapshot() {
    try (RecordedServer server = new RecordedServer()) {
      FakeExchange exchange = FakeExchange.get("/", null);
      exchange.start(server.both());
      Span span = Span.fromContext(context(exchange));
      assertThat(span).isInstanceOf(ReadableSpan.class);
      ReadableSpan readable = (ReadableSpan) span;
      span.setAttribute("before", true).addEvent("before");

      SpanData copy = readable.toSpanData();
      Attributes attributes = readable.getAttributes();
      span.setAttribute("after", true).addEvent("after").updateName("after");

      assertThat(copy.hasEnded()).isFalse();
      assertThat(copy.getName()).isEqualTo("GET");
      assertThat(copy.getEvents()).hasSize(1);
      assertThat(copy.getAttributes().get(AttributeKey.booleanKey("before"))).isTrue();
      assertThat(copy.getAttributes().get(AttributeKey.booleanKey("after"))).isNull();
      assertThat(attributes.get(AttributeKey.booleanKey("after"))).isNull();
      assertThat(readable.getAttribute(AttributeKey.booleanKey("after"))).isTrue();
      assertThat(readable.getLatencyNanos()).isNotNegative();
      exchange.finish(200);
      assertThat(readable.toSpanData()).isSameAs(span);
      assertThat(readable.getLatencyNanos()).isZero();
    }
  }

  @Test
  void getSpanContext_newTrace_hasValidIds() {
    try (RecordedServer server = new RecordedServer()) {
      SpanContext first = serve(server, FakeExchange.get("/", null), span -> {}).getSpanContext();
      server.spans.reset();
      SpanContext second = serve(server, FakeExchange.get("/", null), span -> {}).getSpanContext();

      assertThat(first.getTraceId()).matches("[0-9a-f]{32}").isNotEqualTo(second.getTraceId());
      assertThat(first.getSpanId()).matches("[0-9a-f]{16}").isNotEqualTo(second.getSpanId());
      assertThat(first.isValid()).isTrue();
      assertThat(first.isRemote()).isFalse();
      assertThat(first)
          .isEqualTo(
              SpanContext.create(
                  first.getTraceId(),
                  first.getSpanId(),
                  first.getTraceFlags(),
                  first.getTraceState()))
          .isNotEqualTo(second)
          .hasSameHashCodeAs(first);
      assertThat(first.getTraceIdBytes()).hasSize(16);
    }
  }

  @Test
  void getAttributes_endedSpan_behaveLikeOtherAttributes() {
    try (RecordedServer server = new RecordedServer()) {
      Attributes ours = serve(server, FakeExchange.get("/", null), span -> {}).getAttributes();
      Attributes copied = ours.toBuilder().build();

      assertThat(copied.asMap()).isEqualTo(ours.asMap());
      assertThat(ours).isEqualTo(copied).hasSameHashCodeAs(ours.asMap());
      assertThat(ours.isEmpty()).isFalse();
      assertThat(ours).hasToString(ours.asMap().toString());
    }
  }
}
