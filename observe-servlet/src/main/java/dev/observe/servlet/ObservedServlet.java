/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.internal.config.Settings;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.servlet.internal.RequestEndListener;
import dev.observe.servlet.internal.RequestObserver;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;

/**
 * A servlet that is measured by itself, where there is no filter chain: what {@link ObserveFilter}
 * does for all requests, this does for those of one servlet.
 *
 * <p>As safe for use by any number of threads as the servlet it wraps. Under a filter of observe it
 * adds nothing.
 *
 * @since 0.1
 */
public final class ObservedServlet implements Servlet {
  private final Servlet servlet;
  private final FilterChain chain;
  private final RequestObserver observer;

  private ObservedServlet(Servlet servlet, ServerTelemetry telemetry) {
    this.servlet = servlet;
    this.chain = servlet::service;
    this.observer = new RequestObserver(telemetry, null);
  }

  /** Wraps a servlet so that its requests are traced, counted and timed. */
  public static Servlet wrap(Servlet servlet, Tracing tracing, Metrics metrics) {
    return wrap(servlet, tracing.openTelemetry(), metrics.registry());
  }

  /** Wraps a servlet so that its requests are traced. */
  public static Servlet wrap(Servlet servlet, Tracing tracing) {
    return wrap(servlet, tracing.openTelemetry());
  }

  /** Wraps a servlet so that its requests are counted and timed. */
  public static Servlet wrap(Servlet servlet, Metrics metrics) {
    return wrap(servlet, metrics.registry());
  }

  /**
   * Wraps a servlet so that its requests are traced, counted and timed.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere, or a
   *     setting is not valid
   */
  public static Servlet wrap(
      Servlet servlet, OpenTelemetry openTelemetry, PrometheusRegistry registry) {
    return new ObservedServlet(
        Objects.requireNonNull(servlet, "servlet"),
        ServerTelemetry.of(openTelemetry, registry, Settings.of(Map.of())));
  }

  /**
   * Wraps a servlet so that its requests are traced.
   *
   * @throws IllegalArgumentException if a setting of the spans is not valid
   */
  public static Servlet wrap(Servlet servlet, OpenTelemetry openTelemetry) {
    return new ObservedServlet(
        Objects.requireNonNull(servlet, "servlet"),
        ServerTelemetry.ofTraces(openTelemetry, Settings.of(Map.of())));
  }

  /**
   * Wraps a servlet so that its requests are counted and timed.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere, or a
   *     setting is not valid
   */
  public static Servlet wrap(Servlet servlet, PrometheusRegistry registry) {
    return new ObservedServlet(
        Objects.requireNonNull(servlet, "servlet"),
        ServerTelemetry.ofMetrics(registry, Settings.of(Map.of())));
  }

  @Override
  public void init(ServletConfig config) throws ServletException {
    observer.learn(config.getServletContext());
    RequestEndListener.register(config.getServletContext());
    servlet.init(config);
  }

  @Override
  public ServletConfig getServletConfig() {
    return servlet.getServletConfig();
  }

  @Override
  public void service(ServletRequest request, ServletResponse response)
      throws ServletException, IOException {
    observer.observe(request, response, chain);
  }

  @Override
  public String getServletInfo() {
    return servlet.getServletInfo();
  }

  @Override
  public void destroy() {
    try {
      servlet.destroy();
    } finally {
      observer.close();
    }
  }
}
