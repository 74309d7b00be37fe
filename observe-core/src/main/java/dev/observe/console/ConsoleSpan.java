/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.console;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.Locale;

/**
 * The parts of a span that the console prints, so that a span waiting for its tree does not hold
 * its attributes.
 *
 * @param parentSpanId empty for the root of a trace
 * @param outcome printed after the name: an error, a status code, or {@code ok}
 */
record ConsoleSpan(
    String traceId,
    String spanId,
    String parentSpanId,
    boolean remoteParent,
    String service,
    String name,
    String kind,
    long startEpochNanos,
    long durationNanos,
    boolean failed,
    String outcome) {

  private static final int MAX_TEXT = 200;
  private static final AttributeKey<String> SERVICE_NAME = AttributeKey.stringKey("service.name");
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> EXCEPTION_TYPE =
      AttributeKey.stringKey("exception.type");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");

  static ConsoleSpan of(SpanData span) {
    boolean failed = span.getStatus().getStatusCode() == StatusCode.ERROR;
    return new ConsoleSpan(
        span.getTraceId(),
        span.getSpanId(),
        span.getParentSpanContext().isValid() ? span.getParentSpanId() : "",
        span.getParentSpanContext().isRemote(),
        clean(text(span.getResource().getAttributes(), SERVICE_NAME)),
        clean(span.getName()),
        span.getKind() == SpanKind.INTERNAL ? "" : span.getKind().name().toLowerCase(Locale.ROOT),
        span.getStartEpochNanos(),
        Math.max(0, span.getEndEpochNanos() - span.getStartEpochNanos()),
        failed,
        clean(failed ? error(span) : success(span)));
  }

  boolean isRoot() {
    return parentSpanId.isEmpty();
  }

  private static String success(SpanData span) {
    Long status = span.getAttributes().get(STATUS);
    return status == null ? "ok" : status.toString();
  }

  private static String error(SpanData span) {
    StringBuilder error = new StringBuilder();
    Long status = span.getAttributes().get(STATUS);
    if (status != null) {
      error.append(status).append(' ');
    }
    error.append("ERROR");
    String type = errorType(span);
    // By the conventions the error type may be the status code, which is printed already.
    if (!type.isEmpty() && !type.equals(String.valueOf(status))) {
      error.append(' ').append(type);
    }
    String description = span.getStatus().getDescription();
    if (!description.isEmpty()) {
      error.append(": ").append(description);
    }
    return error.toString();
  }

  private static String errorType(SpanData span) {
    String type = text(span.getAttributes(), ERROR_TYPE);
    if (!type.isEmpty()) {
      return type;
    }
    for (EventData event : span.getEvents()) {
      String exception = text(event.getAttributes(), EXCEPTION_TYPE);
      if (!exception.isEmpty()) {
        return exception;
      }
    }
    return "";
  }

  private static String text(Attributes attributes, AttributeKey<String> key) {
    String value = attributes.get(key);
    return value == null ? "" : value;
  }

  /** Callers can choose names and messages, which must not break lines or control the terminal. */
  private static String clean(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .limit(MAX_TEXT)
        .map(c -> isPlain(c) ? c : '?')
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static boolean isPlain(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          // Invisible characters, some of which change the writing direction.
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
