/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.span;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The ids of a request's span, converted to text on first use: an unsampled request without calls
 * never needs the text. Immutable apart from that.
 */
final class RequestSpanContext implements SpanContext {
  private static final TraceFlags[] FLAGS = {
    flags(false, false), flags(true, false), flags(false, true), flags(true, true)
  };

  private final long traceIdHigh;
  private final long traceIdLow;
  private final long spanId;
  private final TraceFlags flags;
  private final TraceState state;

  /** Two threads may both create the text; both results are equal. */
  private @Nullable String traceIdText;

  private @Nullable String spanIdText;

  private RequestSpanContext(
      long traceIdHigh,
      long traceIdLow,
      @Nullable String traceIdText,
      TraceFlags flags,
      TraceState state) {
    this.traceIdHigh = traceIdHigh;
    this.traceIdLow = traceIdLow;
    this.traceIdText = traceIdText;
    this.spanId = nonZero();
    this.flags = flags;
    this.state = state;
  }

  /** Returns the ids of a new trace, marked as random (W3C trace-context level 2). */
  static RequestSpanContext root(KnownSampler sampler) {
    long high = ThreadLocalRandom.current().nextLong();
    long low = nonZero();
    return new RequestSpanContext(
        high, low, null, FLAGS[sampler.samplesRoot(low) ? 3 : 2], TraceState.getDefault());
  }

  /** Returns the ids of a span in the trace of a parent. */
  static RequestSpanContext child(SpanContext parent, boolean sampled) {
    int random = parent.getTraceFlags().isTraceIdRandom() ? 2 : 0;
    return new RequestSpanContext(
        0, 0, parent.getTraceId(), FLAGS[random + (sampled ? 1 : 0)], parent.getTraceState());
  }

  /** Returns the ids of a request that is not sampled. */
  static RequestSpanContext dropped(SpanContext caller) {
    return caller.isValid()
        ? child(caller, false)
        : new RequestSpanContext(
            ThreadLocalRandom.current().nextLong(),
            nonZero(),
            null,
            FLAGS[2],
            TraceState.getDefault());
  }

  private static TraceFlags flags(boolean sampled, boolean random) {
    return TraceFlags.builder().setSampled(sampled).setRandomTraceId(random).build();
  }

  /** Returns a random id; zero is not a valid id. */
  private static long nonZero() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    long id;
    do {
      id = random.nextLong();
    } while (id == 0);
    return id;
  }

  @Override
  public String getTraceId() {
    String text = traceIdText;
    if (text == null) {
      text = TraceId.fromLongs(traceIdHigh, traceIdLow);
      traceIdText = text;
    }
    return text;
  }

  @Override
  public String getSpanId() {
    String text = spanIdText;
    if (text == null) {
      text = SpanId.fromLong(spanId);
      spanIdText = text;
    }
    return text;
  }

  @Override
  public TraceFlags getTraceFlags() {
    return flags;
  }

  @Override
  public TraceState getTraceState() {
    return state;
  }

  @Override
  public boolean isValid() {
    return true;
  }

  @Override
  public boolean isRemote() {
    return false;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SpanContext context
        && !context.isRemote()
        && getSpanId().equals(context.getSpanId())
        && getTraceId().equals(context.getTraceId())
        && flags.equals(context.getTraceFlags())
        && state.equals(context.getTraceState());
  }

  @Override
  public int hashCode() {
    return Long.hashCode(spanId);
  }

  @Override
  public String toString() {
    return "SpanContext{traceId=" + getTraceId() + ", spanId=" + getSpanId() + ", " + flags + '}';
  }
}
