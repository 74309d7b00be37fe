/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.request.series.RequestMetrics;
import dev.observe.internal.request.series.Series;
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
public final class MetricsOnlyRequests {
  final ServerTelemetry telemetry;
  private final RequestMetrics metrics;

  private MetricsOnlyRequests(ServerTelemetry telemetry, RequestMetrics metrics) {
    this.telemetry = telemetry;
    this.metrics = metrics;
  }

  /** Returns one for a telemetry, or null where each request needs an exchange. */
  public static @Nullable MetricsOnlyRequests of(ServerTelemetry telemetry) {
    RequestMetrics metrics = telemetry.metrics;
    boolean plain =
        metrics != null
            && telemetry.tracing == null
            && telemetry.trustedProxies == null
            && telemetry.extras.labelNames().isEmpty()
            && telemetry.figures.isEmpty()
            && telemetry.countsAll();
    return metrics != null && plain ? new MetricsOnlyRequests(telemetry, metrics) : null;
  }

  /** Returns the time, for {@link #ended}. */
  public long nanos() {
    return telemetry.nanoClock.getAsLong();
  }

  /**
   * Counts a request as under way, until {@link #ended} or {@link ServerExchange#takeOver}.
   *
   * @param kind of {@link ServerTelemetry#kind}
   */
  public void started(RequestKind kind) {
    begun(kind).increment();
  }

  private LongAdder begun(RequestKind kind) {
    LongAdder started = kind.started;
    return started == null ? metrics.started(kind.method, kind.scheme) : started;
  }

  /**
   * Records a request that succeeded.
   *
   * @param startNanos when it began
   * @param route the pattern that a router has named, or null
   * @param status the status that the client was sent
   */
  public void ended(RequestKind kind, long startNanos, @Nullable String route, int status) {
    long durationNanos = telemetry.nanoClock.getAsLong() - startNanos;
    try {
      Series series =
          route == null
              ? kind.succeeded(metrics, status)
              : metrics.succeeded(kind.method, route, status, kind.scheme, kind.protocolVersion);
      series.observe(durationNanos, null, 0);
    } catch (Throwable e) {
      RequestMetrics.lost(begun(kind));
      telemetry.internalError("looking for a series", e);
    }
  }
}
