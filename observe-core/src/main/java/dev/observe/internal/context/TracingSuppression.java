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
 * Suppresses the spans of an excluded request: the server span, the spans inside it and, by the
 * sampled flag in its calls, those of the called services.
 */
public final class TracingSuppression {
  private static final ContextKey<Boolean> KEY = ContextKey.named("observe-suppressed");

  private TracingSuppression() {}

  /** Returns a context in which no span is recorded. */
  public static Context in(Context parent) {
    SpanContext caller = Span.fromContext(parent).getSpanContext();
    IdGenerator ids = IdGenerator.random();
    // Not sampled, so that every parent-based sampler drops the spans under it.
    SpanContext dropped =
        SpanContext.create(
            caller.isValid() ? caller.getTraceId() : ids.generateTraceId(),
            caller.isValid() ? caller.getSpanId() : ids.generateSpanId(),
            TraceFlags.getDefault(),
            caller.isValid() ? caller.getTraceState() : TraceState.getDefault());
    return parent.with(Span.wrap(dropped)).with(KEY, true);
  }

  /** Returns whether a context, or its ancestor, is from {@link #in}. */
  public static boolean isIn(Context context) {
    return context.get(KEY) != null;
  }

  /** Returns a sampler that drops suppressed spans and delegates the others. */
  public static Sampler sampler(Sampler delegate) {
    return new SuppressingSampler(delegate);
  }

  /** Needed for samplers that ignore the parent. */
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

    /** The description of the delegate, by which other code recognises samplers. */
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
