/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The requests in flight of one registry, for a live page. Without such a page there is none, and a
 * request costs nothing.
 *
 * <p>Safe for use by any number of threads.
 */
public final class RunningRequests {
  static final int MAX = 10_000;

  private static final Map<PrometheusRegistry, RunningRequests> ALL =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Map<ServerExchange, Thread> running = new ConcurrentHashMap<>();

  /**
   * A request in flight.
   *
   * @param method the method, as the metrics have it
   * @param route the pattern known so far, or an empty text
   * @param startNanos the start by {@link System#nanoTime}
   * @param thread the thread on which it began
   * @param traceId the trace of its span, or null
   */
  public record Running(
      String method, String route, long startNanos, Thread thread, @Nullable String traceId) {}

  private RunningRequests() {}

  /** Starts to list the requests of filters that are created from now on. */
  public static RunningRequests track(PrometheusRegistry registry) {
    RunningRequests requests = new RunningRequests();
    ALL.put(registry, requests);
    return requests;
  }

  /** Ends the list for filters that are created from now on. */
  public static void untrack(PrometheusRegistry registry) {
    ALL.remove(registry);
  }

  static @Nullable RunningRequests of(PrometheusRegistry registry) {
    return ALL.get(registry);
  }

  void started(ServerExchange exchange) {
    if (running.size() < MAX) {
      running.put(exchange, Thread.currentThread());
    }
  }

  void ended(ServerExchange exchange) {
    running.remove(exchange);
  }

  /** Returns the requests, the oldest first. */
  public List<Running> list() {
    List<Running> all = new ArrayList<>();
    running.forEach((exchange, thread) -> all.add(describe(exchange, thread)));
    all.sort((one, other) -> Long.signum(one.startNanos() - other.startNanos()));
    return all;
  }

  private static Running describe(ServerExchange exchange, Thread thread) {
    Span span = exchange.span;
    SpanContext context = span == null ? SpanContext.getInvalid() : span.getSpanContext();
    String traceId = context.isValid() ? context.getTraceId() : null;
    return new Running(exchange.method, exchange.route, exchange.startNanos, thread, traceId);
  }
}
