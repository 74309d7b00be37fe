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
 * Tells the metrics library of OpenTelemetry's current span, so that an application's own
 * instruments have exemplars too. Safe for use by any number of threads.
 *
 * @since 0.1
 */
public final class CurrentSpanContext implements SpanContext {
  private static final CurrentSpanContext INSTANCE = new CurrentSpanContext();

  private CurrentSpanContext() {}

  /** Makes the library ask this, unless it has somebody to ask already. */
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
