/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.semconv.HttpAttributes;
import dev.observe.internal.semconv.InstrumentationScope;
import dev.observe.internal.versions.Capabilities;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/**
 * Records the exception of a request as an event of its span, which Jaeger shows, or as a log
 * record, which the conventions prefer for new work (http-exceptions.md).
 */
record ExceptionRecorder(boolean spanEvents, @Nullable Logger logger) {
  private static final String EVENT = "http.server.request.exception";

  /** Where the name of an event was before log records had one. */
  private static final AttributeKey<String> EVENT_NAME = AttributeKey.stringKey("event.name");

  static ExceptionRecorder create(OpenTelemetry openTelemetry, Settings settings) {
    String signals = String.valueOf(settings.text(Setting.EXCEPTION_SIGNAL));
    boolean logs = signals.equals("logs") || signals.equals("logs/dup");
    return new ExceptionRecorder(
        !signals.equals("logs"),
        logs ? openTelemetry.getLogsBridge().get(InstrumentationScope.NAME) : null);
  }

  void record(Span span, Throwable error) {
    if (spanEvents) {
      span.recordException(error);
    }
    if (logger != null) {
      StringWriter stackTrace = new StringWriter();
      error.printStackTrace(new PrintWriter(stackTrace));
      String message = error.getMessage();
      LogRecordBuilder record = logger.logRecordBuilder();
      if (Capabilities.logEventNames()) {
        record.setEventName(EVENT);
      } else {
        record.setAttribute(EVENT_NAME, EVENT);
      }
      record
          .setContext(Context.root().with(span))
          .setSeverity(Severity.ERROR)
          .setAttribute(HttpAttributes.EXCEPTION_TYPE, error.getClass().getName())
          .setAttribute(HttpAttributes.EXCEPTION_MESSAGE, message == null ? "" : message)
          .setAttribute(HttpAttributes.EXCEPTION_STACKTRACE, stackTrace.toString())
          .emit();
    }
  }
}
