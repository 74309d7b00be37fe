/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.internal.config.Setting;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The options of all builders whose result makes spans. */
abstract sealed class SpanOptions<B extends SpanOptions<B>> extends RequestOptions<B>
    permits ObserveFilterBuilder, ObservedServletBuilder, TracingFilterBuilder {
  SpanOptions(@Nullable OpenTelemetry openTelemetry, @Nullable PrometheusRegistry registry) {
    super(openTelemetry, registry);
  }

  /**
   * Adds the trace id of each request to its response, in a header.
   *
   * <p>Defaults to none; {@code observe.http.response-header}.
   *
   * @param name {@code traceresponse} or {@code Server-Timing}, which have formats of their own, or
   *     another name, such as {@code X-Trace-ID}, for the trace id alone
   */
  public B responseHeader(String name) {
    return property(Setting.RESPONSE_HEADER.name(), name);
  }

  /**
   * Reads the trace id from a header of 32 hex digits if a request has no {@code traceparent}.
   *
   * <p>Defaults to none; {@code observe.http.trace-id-header}.
   */
  public B traceIdHeader(String name) {
    return property(Setting.TRACE_ID_HEADER.name(), name);
  }

  /**
   * Adds request headers to spans, as {@code http.request.header.<name>}; never {@code
   * Authorization}, {@code Proxy-Authorization}, {@code Cookie} and {@code Set-Cookie}.
   *
   * <p>Calls add up. Defaults to none; {@code
   * otel.instrumentation.http.server.capture-request-headers}.
   */
  public B captureRequestHeaders(String... names) {
    return add(Setting.CAPTURED_REQUEST_HEADERS.name(), names);
  }

  /**
   * Adds response headers to spans, as {@code http.response.header.<name>}.
   *
   * <p>Calls add up. Defaults to none; {@code
   * otel.instrumentation.http.server.capture-response-headers}.
   */
  public B captureResponseHeaders(String... names) {
    return add(Setting.CAPTURED_RESPONSE_HEADERS.name(), names);
  }

  /**
   * Adds an attribute to the span of each request.
   *
   * @param name the attribute's key
   * @param value called when a request ends; must be fast and not throw; null means none
   * @throws IllegalArgumentException if the name is blank or there are 32 attributes already
   */
  public B addAttribute(String name, Function<HttpServletRequest, @Nullable String> value) {
    return attribute(name, value);
  }
}
