/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.DropReason;
import dev.observe.internal.semconv.HttpAttributes;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Measures the heap of a full queue and compares it with its budget of bytes. */
@Timeout(120)
class SpanSizeEstimatorTest {
  private static final long BUDGET = 32L * 1024 * 1024;
  private static final int MAX_SPANS = 1_000_000;

  /** The shapes of spans that requests and applications create. */
  enum Shape {
    BARE,
    TYPICAL,
    HEADERS_OF_60_KB,
    VALUES_OF_1024_CHARS,
    VALUES_NOT_LATIN,
    SHORT_VALUES,
    KEYS_OF_THEIR_OWN,
    CONSTANT_KEYS,
    NUMBERS,
    ARRAYS,
    EVENTS,
    EXCEPTIONS,
    LINKS,
    TRACE_STATE;

    void fill(SpanBuilder builder, int n) {
      switch (this) {
        case BARE, EVENTS, EXCEPTIONS -> {}
        case TYPICAL -> typical(builder, n);
        case HEADERS_OF_60_KB -> builder.setAttribute("header", text('a', 60_000));
        case VALUES_OF_1024_CHARS -> each(10, i -> builder.setAttribute(key(i), text('a', 1_024)));
        case VALUES_NOT_LATIN -> each(10, i -> builder.setAttribute(key(i), text('\u20ac', 500)));
        case SHORT_VALUES -> each(64, i -> builder.setAttribute(key(i), text('a', 1)));
        case KEYS_OF_THEIR_OWN -> each(64, i -> builder.setAttribute("key." + n + "." + i, "v"));
        case CONSTANT_KEYS -> each(64, i -> builder.setAttribute(CONSTANTS.get(i), text('a', 1)));
        case NUMBERS -> each(64, i -> builder.setAttribute(key(i), 1_000_000L + n + i));
        case ARRAYS -> builder.setAttribute(AttributeKey.stringArrayKey("array"), strings(50));
        case LINKS -> each(20, i -> builder.addLink(remote(TraceState.getDefault())));
        case TRACE_STATE -> builder.setParent(Context.root().with(Span.wrap(remote(state()))));
      }
    }

    void fill(Span span) {
      switch (this) {
        case EVENTS ->
            each(20, i -> span.addEvent(text('e', 3), Attributes.of(NAME, text('v', 8))));
        case EXCEPTIONS -> span.recordException(new IllegalStateException(text('x', 100)));
        default -> {}
      }
    }
  }

  private static final AttributeKey<String> NAME = AttributeKey.stringKey("name");

  @ParameterizedTest
  @EnumSource
  void fullQueue_heapIsUnderTwiceTheBudget(Shape shape) {
    FakeExporter exporter = new FakeExporter();
    exporter.behave(spans -> CompletableResultCode.ofFailure());
    SpanPipeline pipeline =
        SpanPipeline.builder(exporter)
            .maxQueueSpans(MAX_SPANS)
            .maxQueueBytes(BUDGET)
            .shutdownTimeout(Duration.ZERO)
            .build();
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setSpanLimits(SpanLimits.builder().setMaxAttributeValueLength(1_024).build())
            .addSpanProcessor(pipeline)
            .build()) {
      long before = liveBytes();

      for (int i = 0; pipeline.stats().lost(DropReason.QUEUE_FULL) == 0 && i < MAX_SPANS; i++) {
        SpanBuilder builder = provider.get("test").spanBuilder("GET /things/{id}").setNoParent();
        shape.fill(builder, i);
        Span span = builder.startSpan();
        shape.fill(span);
        span.end();
      }
      long held = liveBytes() - before;

      PipelineStats stats = pipeline.stats();
      assertThat(stats.waitingBytes()).isGreaterThan(BUDGET * 9 / 10);
      assertThat(held).as("%s in %s", shape, stats).isLessThan(2 * BUDGET);
    }
  }

  /** The default budgets of spans and of bytes must be reached together. */
  @Test
  void typicalSpan_hasTheSizeOfTheDefaultBudgets() {
    InMemorySpanExporter ended = InMemorySpanExporter.create();
    SpanSizeEstimator weight = new SpanSizeEstimator();
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(ended)).build()) {
      for (int i = 0; i < 2; i++) {
        SpanBuilder builder = provider.get("test").spanBuilder("GET /things/{id}");
        Shape.TYPICAL.fill(builder, i);
        builder.startSpan().end();
      }

      List<SpanData> spans = ended.getFinishedSpanItems();
      int first = weight.of(spans.get(0));
      assertThat(weight.of(spans.get(1))).as("the keys are known").isLessThan(first);
      // Hashes differ between JVMs; three keys with the same hash are counted each time.
      assertThat(weight.of(spans.get(1))).isBetween(900, 1_250);
    }
  }

  /** A SERVER span as observe creates it, with a remote parent. */
  private static void typical(SpanBuilder builder, int n) {
    builder
        .setParent(Context.root().with(Span.wrap(remote(TraceState.getDefault()))))
        .setAttribute(HttpAttributes.HTTP_REQUEST_METHOD, "GET")
        .setAttribute(HttpAttributes.HTTP_ROUTE, "/things/{id}")
        .setAttribute(HttpAttributes.URL_PATH, "/things/" + n)
        .setAttribute(HttpAttributes.URL_SCHEME, "http")
        .setAttribute(HttpAttributes.SERVER_ADDRESS, text('h', 18))
        .setAttribute(HttpAttributes.SERVER_PORT, 8080L)
        .setAttribute(HttpAttributes.CLIENT_ADDRESS, text('1', 12))
        .setAttribute(HttpAttributes.NETWORK_PEER_ADDRESS, text('1', 12))
        .setAttribute(HttpAttributes.NETWORK_PEER_PORT, 40_000L + n % 20_000)
        .setAttribute(HttpAttributes.NETWORK_PROTOCOL_VERSION, "1.1")
        .setAttribute(HttpAttributes.USER_AGENT_ORIGINAL, text('u', 90))
        .setAttribute(HttpAttributes.HTTP_RESPONSE_STATUS_CODE, 200L);
  }

  private static void each(int count, Consumer<Integer> action) {
    for (int i = 0; i < count; i++) {
      action.accept(i);
    }
  }

  private static String key(int i) {
    return KEYS.get(i);
  }

  private static final List<String> KEYS = keys();
  private static final List<AttributeKey<String>> CONSTANTS =
      KEYS.stream().map(AttributeKey::stringKey).toList();

  private static List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      keys.add("key." + i);
    }
    return keys;
  }

  private static String text(char c, int length) {
    return String.valueOf(c).repeat(length).concat("");
  }

  private static List<String> strings(int count) {
    List<String> strings = new ArrayList<>();
    each(count, i -> strings.add(new String(new char[] {'s', 't', 'r'})));
    return strings;
  }

  private static SpanContext remote(TraceState state) {
    return SpanContext.createFromRemoteParent(
        IdGenerator.random().generateTraceId(),
        IdGenerator.random().generateSpanId(),
        TraceFlags.getSampled(),
        state);
  }

  private static TraceState state() {
    return TraceState.builder().put("vendor", text('v', 200)).put("other", text('o', 200)).build();
  }

  private static long liveBytes() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}
