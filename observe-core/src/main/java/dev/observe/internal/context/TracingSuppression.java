/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.context;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Keeps the spans of an excluded request from being made: its own, those inside it and, by the flag
 * that goes with its calls, those of the services it calls.
 */
public final class TracingSuppression {
  private static final ContextKey<Boolean> KEY = ContextKey.named("observe-suppressed");

  private TracingSuppression() {}

  /** Returns a context in which no span is recorded. */
  public static Context in(Context parent) {
    SpanContext caller = Span.fromContext(parent).getSpanContext();
    IdGenerator ids = IdGenerator.random();
    // Not sampled, so that a parent-based sampler of anybody's drops what is made under it.
    SpanContext dropped =
        SpanContext.create(
            caller.isValid() ? caller.getTraceId() : ids.generateTraceId(),
            caller.isValid() ? caller.getSpanId() : ids.generateSpanId(),
            TraceFlags.getDefault(),
            caller.isValid() ? caller.getTraceState() : TraceState.getDefault());
    return parent.with(Span.wrap(dropped)).with(KEY, true);
  }

  /** Returns whether that is such a context, or one made from it. */
  public static boolean isIn(Context context) {
    return context.get(KEY) != null;
  }

  /** Returns a sampler that drops what is suppressed and leaves the rest to another. */
  public static Sampler sampler(Sampler delegate) {
    return new SuppressingSampler(delegate);
  }

  /** For samplers that do not ask their parent. */
  private record SuppressingSampler(Sampler delegate) implements Sampler {
    @Override
    public SamplingResult shouldSample(
        Context parentContext,
        String traceId,
        String name,
        SpanKind spanKind,
        Attributes attributes,
        List<LinkData> parentLinks) {
      return isIn(parentContext)
          ? SamplingResult.drop()
          : delegate.shouldSample(parentContext, traceId, name, spanKind, attributes, parentLinks);
    }

    /** The delegate's own, which others tell samplers apart by. */
    @Override
    public String getDescription() {
      return delegate.getDescription();
    }

    @Override
    public String toString() {
      return getDescription();
    }
  }
}
