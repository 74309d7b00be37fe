/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times requests of which nothing else is wanted: no spans, no selection by path, no
 * figures and no labels of the application's own. What is to be known of such a request while it
 * runs fits in local variables, so that it costs no object.
 *
 * <p>For the request that does not simply succeed there is {@link ServerExchange#takeOver}. Nothing
 * here throws into a request. Safe for use by any number of threads.
 */
public final class PlainRequests {
  private final ServerTelemetry telemetry;
  private final RequestMetrics metrics;

  private PlainRequests(ServerTelemetry telemetry, RequestMetrics metrics) {
    this.telemetry = telemetry;
    this.metrics = metrics;
  }

  /** Returns one for a telemetry, or null where each request needs an exchange. */
  public static @Nullable PlainRequests of(ServerTelemetry telemetry) {
    RequestMetrics metrics = telemetry.metrics;
    boolean plain =
        metrics != null
            && telemetry.tracing == null
            && telemetry.trustedProxies == null
            && telemetry.extras.labelNames().isEmpty()
            && telemetry.figures.isEmpty()
            && telemetry.countsAll();
    return metrics != null && plain ? new PlainRequests(telemetry, metrics) : null;
  }

  /** Returns what the requests are counted by. */
  public ServerTelemetry telemetry() {
    return telemetry;
  }

  /** Returns the time, for {@link #ended}. */
  public long nanos() {
    return telemetry.nanoClock.getAsLong();
  }

  /** Returns the name that a method counts under. */
  public String method(String requestMethod) {
    return telemetry.knownMethods.canonical(requestMethod);
  }

  /**
   * Counts a request as under way.
   *
   * @param method what {@link #method} returned
   * @param scheme the scheme as the request has it
   * @return to be given to {@link #ended} or {@link ServerExchange#takeOver}, exactly once
   */
  public LongAdder started(String method, String scheme) {
    return metrics.started(method, Scheme.canonical(scheme));
  }

  /**
   * Records a request that succeeded.
   *
   * @param counted what {@link #started} returned
   * @param startNanos when it began
   * @param method what {@link #method} returned
   * @param route the pattern that it matched, or null
   * @param status the status that the client was sent
   * @param scheme the scheme as the request has it
   * @param protocol the protocol as the request line has it
   */
  public void ended(
      LongAdder counted,
      long startNanos,
      String method,
      @Nullable String route,
      int status,
      String scheme,
      String protocol) {
    long durationNanos = telemetry.nanoClock.getAsLong() - startNanos;
    RequestMetrics.ended(counted);
    try {
      metrics.record(
          method,
          route == null ? "" : route,
          status,
          Scheme.canonical(scheme),
          ProtocolVersion.of(protocol),
          durationNanos);
    } catch (Throwable e) {
      telemetry.internalError("recording a request", e);
    }
  }
}
