/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.context;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.helpers.NOPMDCAdapter;

/**
 * Puts a request's ids where every log line of the thread can show them: {@code trace_id} and
 * {@code span_id} in SLF4J's MDC, when SLF4J is on the class path and the setting {@code
 * observe.mdc} is not off.
 */
public final class LogContext {
  static final String TRACE_ID = "trace_id";
  static final String SPAN_ID = "span_id";

  /** Goes with a request's context to whatever thread works for it. */
  private static final ContextKey<Boolean> LOGGED = ContextKey.named("observe-logged");

  private static final Context LOGGED_ROOT = Context.root().with(LOGGED, true);

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

  public static boolean isOn(Settings settings) {
    return SLF4J && settings.get(Setting.MDC) && MdcScope.isKept();
  }

  /** Returns the context with a span, and with the wish that log lines carry its ids. */
  public static Context logged(Context parent, Span span) {
    // Most requests have no parent: then one copy does where it would be two.
    return parent == Context.root() ? LOGGED_ROOT.with(span) : parent.with(span).with(LOGGED, true);
  }

  /**
   * Makes a context current, and the ids of its span known to the log if it is a request's that is
   * logged. To be closed on the same thread, where both are then as before.
   */
  @SuppressWarnings("MustBeClosedChecker") // The caller closes it.
  public static Scope enter(Context context) {
    if (SLF4J && context.get(LOGGED) != null) {
      return enter(context, Span.fromContext(context).getSpanContext());
    }
    return context.makeCurrent();
  }

  /** As {@link #enter(Context)}, for a context that is known to be a logged request's. */
  @SuppressWarnings("MustBeClosedChecker") // The caller closes it.
  public static Scope enter(Context context, SpanContext span) {
    Scope scope = context.makeCurrent();
    return span.isValid() ? new MdcScope(scope, span) : scope;
  }

  /** The only class that touches SLF4J, so that nothing else fails to load without it. */
  private static final class MdcScope implements Scope {
    private final Scope inner;
    private final @Nullable String traceIdBefore;
    private final @Nullable String spanIdBefore;

    /** Whether there is anything behind SLF4J that keeps what is put there. */
    static boolean isKept() {
      return !(MDC.getMDCAdapter() instanceof NOPMDCAdapter);
    }

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
