/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.context;

import dev.observe.ThrowingRunnable;
import dev.observe.ThrowingSupplier;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;

/** Runs work of the application in a span. */
public final class SpanScopes {
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  private SpanScopes() {}

  public static <E extends Exception> void run(Tracer tracer, String name, ThrowingRunnable<E> work)
      throws E {
    get(
        tracer,
        name,
        () -> {
          work.run();
          return name;
        });
  }

  public static <T extends @Nullable Object, E extends Exception> T get(
      Tracer tracer, String name, ThrowingSupplier<T, E> work) throws E {
    Span span = tracer.spanBuilder(name).startSpan();
    try (Scope scope = span.makeCurrent()) {
      return work.get();
    } catch (Throwable e) {
      // Errors too: the span must show that its work failed.
      span.recordException(e);
      span.setAttribute(ERROR_TYPE, e.getClass().getName());
      span.setStatus(StatusCode.ERROR);
      throw e;
    } finally {
      span.end();
    }
  }
}
