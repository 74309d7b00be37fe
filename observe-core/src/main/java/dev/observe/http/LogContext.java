/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Puts a span's ids where every log line of the thread can show them: SLF4J's MDC, when SLF4J is on
 * the class path.
 */
final class LogContext {
  static final String SETTING = "observe.mdc";
  static final String TRACE_ID = "trace_id";
  static final String SPAN_ID = "span_id";

  private static final boolean SLF4J = isPresent();

  private LogContext() {}

  private static boolean isPresent() {
    try {
      Class.forName("org.slf4j.MDC", false, LogContext.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  static boolean isAvailable() {
    return SLF4J;
  }

  /** Returns the scope given, around which the ids are there; itself where there is no SLF4J. */
  static Scope around(Scope scope, SpanContext span) {
    return SLF4J && span.isValid() ? new MdcScope(scope, span) : scope;
  }

  /** The only class that touches SLF4J, so that nothing else fails to load without it. */
  private static final class MdcScope implements Scope {
    private final Scope inner;
    private final @Nullable String traceIdBefore;
    private final @Nullable String spanIdBefore;

    MdcScope(Scope inner, SpanContext span) {
      this.inner = inner;
      this.traceIdBefore = MDC.get(TRACE_ID);
      this.spanIdBefore = MDC.get(SPAN_ID);
      MDC.put(TRACE_ID, span.getTraceId());
      MDC.put(SPAN_ID, span.getSpanId());
    }

    @Override
    public void close() {
      try {
        restore(TRACE_ID, traceIdBefore);
        restore(SPAN_ID, spanIdBefore);
      } finally {
        inner.close();
      }
    }

    private static void restore(String key, @Nullable String value) {
      if (value == null) {
        MDC.remove(key);
      } else {
        MDC.put(key, value);
      }
    }
  }
}
