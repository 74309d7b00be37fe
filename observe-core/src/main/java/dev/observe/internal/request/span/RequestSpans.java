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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Creates the spans of requests instead of the SDK if the SDK's version, sampler and processors are
 * known.
 *
 * <p>Safe for use by any number of threads.
 */
public final class RequestSpans implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(RequestSpans.class.getName());

  /** An interface internal to the SDK: such a processor writes to a span that is ending. */
  private static final String EXTENDED =
      "io.opentelemetry.sdk.trace.internal.ExtendedSpanProcessor";

  /** An OpenTelemetry that creates the spans of requests itself. */
  public interface Owner {
    /** Returns the source of the spans of requests, or null if the tracer is the source. */
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
   * Returns a source of spans equal to the provider's.
   *
   * @param provider with the SDK's default clock and ids, which its API does not expose
   * @param processors all processors of the provider
   * @return null if the SDK's version is not tested, if its sampler is not one of the SDK's usual
   *     ones, or if a processor reads spans before they end
   */
  public static @Nullable RequestSpans of(
      SdkTracerProvider provider, Resource resource, List<SpanProcessor> processors) {
    return of(provider, resource, processors, SdkVersion.current());
  }

  static @Nullable RequestSpans of(
      SdkTracerProvider provider,
      Resource resource,
      List<SpanProcessor> processors,
      String sdkVersion) {
    KnownSampler sampler = KnownSampler.of(provider.getSampler());
    if (!sampler.isKnown() || !readEndedSpans(processors)) {
      return null;
    }
    if (!SdkVersion.isTested(sdkVersion)) {
      LOGGER.log(
          Level.INFO,
          "The version of opentelemetry-sdk-trace is {0}: request spans are created by the SDK, at"
              + " its cost, because observe's own are equal to those of version {1} only.",
          sdkVersion,
          SdkVersion.TESTED);
      return null;
    }
    return new RequestSpans(sampler, provider.getSpanLimits(), resource, processors);
  }

  private static boolean readEndedSpans(List<SpanProcessor> processors) {
    // Here and below a loop: streams would load a dozen classes at each start.
    for (SpanProcessor processor : processors) {
      if (processor.isStartRequired() || isExtended(processor.getClass())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isExtended(@Nullable Class<?> type) {
    if (type == null) {
      return false;
    }
    for (Class<?> implemented : type.getInterfaces()) {
      if (implemented.getName().equals(EXTENDED) || isExtended(implemented)) {
        return true;
      }
    }
    return isExtended(type.getSuperclass());
  }

  /** Returns the ids of a request's span, with the sampling decision. */
  public SpanContext decide(Context parent, SpanContext caller) {
    if (parent != Context.root() && TracingSuppression.isIn(parent)) {
      return RequestSpanContext.dropped(caller);
    }
    return caller.isValid()
        ? RequestSpanContext.child(caller, sampler.samplesChild(caller))
        : RequestSpanContext.root(sampler);
  }

  /**
   * Returns the span of a sampled request.
   *
   * @param attributes owned by the span from this call on
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

  public AttributeLimits attributeLimits() {
    return attributeLimits;
  }

  SpanLimits limits() {
    return limits;
  }

  InstrumentationScopeInfo scope() {
    return scope;
  }

  Resource resource() {
    return resource;
  }

  /** Returns false after {@link #close}. */
  public boolean isOpen() {
    return !closed;
  }

  /** Leaves further requests to the tracer, which records nothing once the SDK is closed. */
  @Override
  public void close() {
    closed = true;
  }
}
