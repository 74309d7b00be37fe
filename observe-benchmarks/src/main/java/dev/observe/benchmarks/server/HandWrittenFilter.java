/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.server;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The least code that records a span and a duration of each request. */
final class HandWrittenFilter extends HttpFilter {
  private static final long serialVersionUID = 1;
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");

  private final transient Tracer tracer;
  private final transient DoubleHistogram duration;

  HandWrittenFilter(OpenTelemetry openTelemetry) {
    tracer = openTelemetry.getTracer("shop");
    duration =
        openTelemetry
            .getMeter("shop")
            .histogramBuilder("http.server.request.duration")
            .setUnit("s")
            .build();
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    long start = System.nanoTime();
    Span span =
        tracer
            .spanBuilder(request.getMethod())
            .setSpanKind(SpanKind.SERVER)
            .setAttribute(METHOD, request.getMethod())
            .setAttribute(PATH, request.getRequestURI())
            .setAttribute(SCHEME, request.getScheme())
            .startSpan();
    try (Scope scope = span.makeCurrent()) {
      chain.doFilter(request, response);
    } finally {
      Long status = Long.valueOf(response.getStatus());
      span.setAttribute(STATUS, status);
      span.end();
      duration.record(
          (System.nanoTime() - start) / 1e9,
          Attributes.of(METHOD, request.getMethod(), STATUS, status));
    }
  }
}
