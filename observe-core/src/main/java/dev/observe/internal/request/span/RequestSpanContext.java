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
 * The ids of a request's span, as text only once somebody asks for it: of a request that is not
 * sampled and calls nobody, nobody does. Immutable to whoever looks.
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

  /** Two threads may both make them; either text is right. */
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

  /**
   * Returns ids of a new trace, which W3C trace-context 2 wants marked as random where they are.
   */
  static RequestSpanContext root(KnownSampler sampler) {
    long high = ThreadLocalRandom.current().nextLong();
    long low = nonZero();
    return new RequestSpanContext(
        high, low, null, FLAGS[sampler.keepsRoot(low) ? 3 : 2], TraceState.getDefault());
  }

  /** Returns ids within the trace of a parent. */
  static RequestSpanContext child(SpanContext parent, boolean sampled) {
    int random = parent.getTraceFlags().isTraceIdRandom() ? 2 : 0;
    return new RequestSpanContext(
        0, 0, parent.getTraceId(), FLAGS[random + (sampled ? 1 : 0)], parent.getTraceState());
  }

  /** Returns ids of a request of which nothing is kept. */
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

  /** An id of zero is none. */
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
