/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.span;

import dev.observe.internal.context.TracingSuppression;
import dev.observe.internal.semconv.InstrumentationScope;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the spans of requests in the SDK's place, where all that the SDK is set up to do is known.
 *
 * <p>Safe for use by any number of threads.
 */
public final class RequestSpans implements AutoCloseable {
  /** What is internal to the SDK, and wants a span that can be written to when it ends. */
  private static final String EXTENDED =
      "io.opentelemetry.sdk.trace.internal.ExtendedSpanProcessor";

  /** An OpenTelemetry that has one of these. */
  public interface Owner {
    /** Returns what makes the spans of requests, or null where the tracer does. */
    @Nullable RequestSpans requestSpans();
  }

  private final KnownSampler sampler;
  private final SpanLimits limits;
  private final AttributeLimits attributeLimits;
  private final Resource resource;
  private final SpanProcessor[] processors;
  private final InstrumentationScopeInfo scope = InstrumentationScope.info();
  private volatile boolean closed;

  private RequestSpans(
      KnownSampler sampler, SpanLimits limits, Resource resource, List<SpanProcessor> processors) {
    this.sampler = sampler;
    this.limits = limits;
    this.attributeLimits =
        new AttributeLimits(limits.getMaxNumberOfAttributes(), limits.getMaxAttributeValueLength());
    this.resource = resource;
    this.processors = processors.toArray(new SpanProcessor[0]);
  }

  /**
   * Returns what makes spans as a provider does.
   *
   * @param provider with the SDK's own clock and ids, which it does not tell
   * @param processors all that it has
   * @return null if its sampler is not one of the SDK's usual ones, or one of the processors looks
   *     at spans before they have ended
   */
  public static @Nullable RequestSpans of(
      SdkTracerProvider provider, Resource resource, List<SpanProcessor> processors) {
    KnownSampler sampler = KnownSampler.of(provider.getSampler());
    return sampler.isKnown() && processors.stream().allMatch(RequestSpans::looksAtEnds)
        ? new RequestSpans(sampler, provider.getSpanLimits(), resource, processors)
        : null;
  }

  private static boolean looksAtEnds(SpanProcessor processor) {
    return !processor.isStartRequired() && !isExtended(processor.getClass());
  }

  private static boolean isExtended(@Nullable Class<?> type) {
    return type != null
        && (isExtended(type.getSuperclass())
            || Stream.of(type.getInterfaces()).anyMatch(RequestSpans::isExtension));
  }

  private static boolean isExtension(Class<?> type) {
    return type.getName().equals(EXTENDED)
        || Stream.of(type.getInterfaces()).anyMatch(RequestSpans::isExtension);
  }

  /** Returns the ids of a request's span, and whether it is to be kept. */
  public SpanContext decide(Context parent, SpanContext caller) {
    if (parent != Context.root() && TracingSuppression.isIn(parent)) {
      return RequestSpanContext.dropped(caller);
    }
    return caller.isValid()
        ? RequestSpanContext.child(caller, sampler.keepsChild(caller))
        : RequestSpanContext.root(sampler);
  }

  /**
   * Returns the span of a request that is kept.
   *
   * @param attributes the span's from now on
   */
  public Span start(
      SpanContext context,
      SpanContext caller,
      String name,
      long startEpochNanos,
      long startNanos,
      SpanAttributes attributes) {
    return new RequestSpan(this, context, caller, name, startEpochNanos, startNanos, attributes);
  }

  void ended(RequestSpan span) {
    for (SpanProcessor processor : processors) {
      if (processor.isEndRequired()) {
        processor.onEnd(span);
      }
    }
  }

  long nanoTime() {
    return System.nanoTime();
  }

  SpanLimits limits() {
    return limits;
  }

  public AttributeLimits attributeLimits() {
    return attributeLimits;
  }

  InstrumentationScopeInfo scope() {
    return scope;
  }

  Resource resource() {
    return resource;
  }

  /** Returns whether there are to be more spans. */
  public boolean isOpen() {
    return !closed;
  }

  /** Makes the tracer answer for further requests, which makes nothing of them. */
  @Override
  public void close() {
    closed = true;
  }
}
