/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cost of the two underlying libraries, called by hand with constant values: one span with the
 * same attributes, current while the application runs, and one observation of a prepared data
 * point. It reads only the clock, no route and no status, handles no failure, and extracts a parent
 * only in scenarios that have one.
 */
final class Floor implements Subject {
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  private static final AttributeKey<String> QUERY = AttributeKey.stringKey("url.query");
  private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<String> HOST = AttributeKey.stringKey("server.address");
  private static final AttributeKey<Long> PORT = AttributeKey.longKey("server.port");
  private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client.address");
  private static final AttributeKey<String> PEER = AttributeKey.stringKey("network.peer.address");
  private static final AttributeKey<Long> PEER_PORT = AttributeKey.longKey("network.peer.port");
  private static final AttributeKey<String> VERSION =
      AttributeKey.stringKey("network.protocol.version");
  private static final AttributeKey<String> AGENT = AttributeKey.stringKey("user_agent.original");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");

  private static final double[] BUCKETS = {
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
  };

  private final Scenario scenario;
  private final Sdk sdk;
  private final Tracer tracer;
  private final TextMapPropagator propagator;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final DistributionDataPoint point;

  Floor(Scenario scenario) {
    this.scenario = scenario;
    sdk = Sdk.of(scenario, false);
    tracer = sdk.openTelemetry.getTracer("floor");
    propagator = sdk.openTelemetry.getPropagators().getTextMapPropagator();
    point =
        Histogram.builder()
            .name("http_server_request_duration_seconds")
            .labelNames("http_request_method", "http_route", "http_response_status_code")
            .classicOnly()
            .classicUpperBounds(BUCKETS)
            .withoutExemplars()
            .register(registry)
            .labelValues("GET", "/shop/orders/*", "200");
  }

  @Override
  public void serve(Exchange exchange) {
    long start = System.nanoTime();
    if (scenario.tracing()) {
      serveTraced(exchange);
    } else {
      exchange.doFilter(exchange.request, exchange.response);
    }
    if (scenario.metrics()) {
      point.observe((System.nanoTime() - start) / 1e9);
    }
  }

  private void serveTraced(Exchange exchange) {
    SpanBuilder builder = tracer.spanBuilder("GET /shop/orders/*").setSpanKind(SpanKind.SERVER);
    if (scenario.parent() != null) {
      builder.setParent(propagator.extract(Context.root(), exchange.request, Headers.GETTER));
    }
    if (scenario.sampled()) {
      builder
          .setAttribute(METHOD, "GET")
          .setAttribute(PATH, exchange.request.getRequestURI())
          .setAttribute(QUERY, "page=2&size=20")
          .setAttribute(SCHEME, "http")
          .setAttribute(ROUTE, "/shop/orders/*")
          .setAttribute(HOST, "shop.example.com")
          .setAttribute(PORT, Long.valueOf(8080))
          .setAttribute(CLIENT, "192.0.2.44")
          .setAttribute(PEER, "192.0.2.44")
          .setAttribute(PEER_PORT, Long.valueOf(51_234))
          .setAttribute(VERSION, "1.1")
          .setAttribute(AGENT, RequestData.USER_AGENT);
    }
    Span span = builder.startSpan();
    try (Scope scope = span.makeCurrent()) {
      exchange.doFilter(exchange.request, exchange.response);
    }
    if (scenario.sampled()) {
      span.setAttribute(STATUS, Long.valueOf(200));
    }
    span.end();
  }

  @Override
  public long spans() {
    return sdk.ended();
  }

  @Override
  public double counted() {
    return Subjects.counted(registry);
  }

  private enum Headers implements TextMapGetter<FakeRequest> {
    GETTER;

    @Override
    public Iterable<String> keys(FakeRequest request) {
      return List.of();
    }

    @Override
    public @Nullable String get(@Nullable FakeRequest request, String key) {
      return request == null ? null : request.getHeader(key);
    }

    @Override
    public Iterator<String> getAll(@Nullable FakeRequest request, String key) {
      return request == null ? Collections.emptyIterator() : request.getHeaders(key).asIterator();
    }
  }
}
