/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes the trace id to the response, and reads it from a request without a traceparent. */
record TraceIdHeaders(@Nullable String responseName, @Nullable String requestName) {
  private static final String HEADER_RULE = "must be the name of a header";

  static TraceIdHeaders from(Settings settings) {
    return new TraceIdHeaders(
        headerName(settings, Setting.RESPONSE_HEADER),
        headerName(settings, Setting.TRACE_ID_HEADER));
  }

  private static @Nullable String headerName(Settings settings, Setting<String> property) {
    SettingValue setting = settings.find(property);
    if (setting == null) {
      return null;
    }
    // RFC 9110's token characters.
    if (!setting.value().matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")) {
      throw setting.error(HEADER_RULE, "such as traceresponse, Server-Timing or X-Trace-ID");
    }
    return setting.value();
  }

  /** Returns the value of the response header, in the format of that header. */
  String responseValue(SpanContext span) {
    String name = String.valueOf(responseName).toLowerCase(Locale.ROOT);
    return switch (name) {
      // W3C trace-context level 2.
      case "traceresponse" -> traceparent(span);
      // Browsers expose it to scripts; OpenTelemetry's servers use the same format.
      case "server-timing" -> "traceparent;desc=\"" + traceparent(span) + '"';
      default -> span.getTraceId();
    };
  }

  private static String traceparent(SpanContext span) {
    return "00-" + span.getTraceId() + '-' + span.getSpanId() + '-' + span.getTraceFlags().asHex();
  }

  /**
   * Returns the parent context of a request: the context of the propagators, or the trace of the
   * configured header. The id of the caller's span is unknown and therefore random.
   */
  Context parent(Context extracted, ServerExchange exchange) {
    if (requestName == null || Span.fromContext(extracted).getSpanContext().isValid()) {
      return extracted;
    }
    String value = exchange.requestHeader(requestName);
    if (value == null || value.length() != TraceId.getLength()) {
      return extracted;
    }
    String traceId = value.toLowerCase(Locale.ROOT);
    if (!TraceId.isValid(traceId)) {
      return extracted;
    }
    return extracted.with(
        Span.wrap(
            SpanContext.createFromRemoteParent(
                traceId,
                IdGenerator.random().generateSpanId(),
                TraceFlags.getSampled(),
                TraceState.getDefault())));
  }
}
