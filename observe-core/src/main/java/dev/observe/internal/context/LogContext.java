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
 * Puts {@code trace_id} and {@code span_id} of a request into SLF4J's MDC, if SLF4J is on the class
 * path and the setting {@code observe.mdc} is not off.
 */
public final class LogContext {
  static final String TRACE_ID = "trace_id";
  static final String SPAN_ID = "span_id";

  /** Marks the context of a request, on every thread that works for it. */
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

  /** Returns the context with a span whose ids are in the MDC while it is current. */
  public static Context logged(Context parent, Span span) {
    // Most requests have no parent: then one copy of the context is sufficient.
    return parent == Context.root() ? LOGGED_ROOT.with(span) : parent.with(span).with(LOGGED, true);
  }

  /**
   * Makes a context current and, if it is marked, puts the ids of its span into the MDC. The scope
   * must be closed on the same thread and restores both.
   */
  @SuppressWarnings("MustBeClosedChecker") // The caller closes it.
  public static Scope enter(Context context) {
    if (SLF4J && context.get(LOGGED) != null) {
      return enter(context, Span.fromContext(context).getSpanContext());
    }
    return context.makeCurrent();
  }

  /** Makes a context current like {@link #enter(Context)}; it must be marked. */
  @SuppressWarnings("MustBeClosedChecker") // The caller closes it.
  public static Scope enter(Context context, SpanContext span) {
    Scope scope = context.makeCurrent();
    return span.isValid() ? new MdcScope(scope, span) : scope;
  }

  /** The only class that references SLF4J, so that the others load without it. */
  private static final class MdcScope implements Scope {
    private final Scope inner;
    private final @Nullable String traceIdBefore;
    private final @Nullable String spanIdBefore;

    /** Returns whether the SLF4J provider has an MDC. */
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
