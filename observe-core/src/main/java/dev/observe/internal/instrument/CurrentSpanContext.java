/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import io.opentelemetry.api.trace.Span;
import io.prometheus.metrics.tracer.common.SpanContext;
import io.prometheus.metrics.tracer.initializer.SpanContextSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Passes OpenTelemetry's current span to the metrics library, so that the instruments of an
 * application have exemplars too. Thread-safe.
 */
public final class CurrentSpanContext implements SpanContext {
  private static final CurrentSpanContext INSTANCE = new CurrentSpanContext();

  private CurrentSpanContext() {}

  /** Registers this with the library, unless another source of spans is registered. */
  public static void supply() {
    if (!SpanContextSupplier.hasSpanContext()) {
      SpanContextSupplier.setSpanContext(INSTANCE);
    }
  }

  @Override
  public @Nullable String getCurrentTraceId() {
    io.opentelemetry.api.trace.SpanContext context = Span.current().getSpanContext();
    return context.isValid() ? context.getTraceId() : null;
  }

  @Override
  public @Nullable String getCurrentSpanId() {
    io.opentelemetry.api.trace.SpanContext context = Span.current().getSpanContext();
    return context.isValid() ? context.getSpanId() : null;
  }

  @Override
  public boolean isCurrentSpanSampled() {
    return Span.current().getSpanContext().isSampled();
  }

  @Override
  public void markCurrentSpanAsExemplar() {
    Span.current().setAttribute(EXEMPLAR_ATTRIBUTE_NAME, EXEMPLAR_ATTRIBUTE_VALUE);
  }
}
