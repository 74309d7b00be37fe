/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.docs;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.client.ObservedHttpClient;
import dev.observe.servlet.LivePageServlet;
import dev.observe.servlet.MetricsServlet;
import dev.observe.servlet.ObserveFilter;
import dev.observe.servlet.ObservedServlet;
import dev.observe.servlet.RequestMetricsFilter;
import dev.observe.servlet.TracingFilter;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;
import java.net.http.HttpClient;
import java.util.Collection;
import java.util.List;

/** The short snippets of the README, compiled. */
final class ReadmeSnippets {
  private record Order() {}

  private interface Shop {
    Order checkout(Object cart);
  }

  private interface Bank {
    void pay(Order order);
  }

  private ReadmeSnippets() {}

  static List<Object> ways(
      Tracing tracing,
      Metrics metrics,
      OpenTelemetry openTelemetry,
      PrometheusRegistry registry,
      Servlet servlet,
      HttpClient httpClient) {
    return List.of(
        ObserveFilter.create(tracing, metrics),
        TracingFilter.create(tracing),
        RequestMetricsFilter.create(metrics),
        ObserveFilter.create(openTelemetry, registry),
        ObservedServlet.wrap(servlet, tracing, metrics),
        MetricsServlet.create(metrics),
        LivePageServlet.create(metrics),
        ObservedHttpClient.wrap(httpClient, tracing));
  }

  static ObserveFilter options(Tracing tracing, Metrics metrics) {
    return ObserveFilter.builder(tracing, metrics)
        .exclude("/health", "/static/**")
        .responseHeader("X-Trace-ID")
        .captureRequestHeaders("X-Tenant")
        .trustedProxies("10.0.0.0/8")
        .addLabel("tenant", 20, request -> tenantOf(request))
        .build();
  }

  private static String tenantOf(HttpServletRequest request) {
    return String.valueOf(request.getHeader("X-Tenant"));
  }

  static void ownCode(
      Tracing tracing, Metrics metrics, Shop shop, Bank bank, Object cart, Collection<?> queue) {
    Order order = metrics.timer("checkout").time(() -> shop.checkout(cart));
    metrics.counter("orders").inc();
    metrics.gauge("queue_size", queue::size);
    tracing.span("pay", () -> bank.pay(order));
  }
}
