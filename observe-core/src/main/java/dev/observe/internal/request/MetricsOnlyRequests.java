/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.request.series.RequestMetrics;
import dev.observe.internal.request.series.Series;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts and times requests without spans, selection by path, measurements and labels of the
 * application. The state of such a request fits in local variables, so it allocates nothing.
 *
 * <p>A request that fails or becomes asynchronous continues with {@link ServerExchange#takeOver}.
 * Only fatal errors are thrown into a request. Safe for use by any number of threads.
 */
public final class MetricsOnlyRequests {
  final ServerTelemetry telemetry;
  private final RequestMetrics metrics;
  private final LongSupplier nanoClock;

  private MetricsOnlyRequests(ServerTelemetry telemetry, RequestMetrics metrics) {
    this.telemetry = telemetry;
    this.metrics = metrics;
    this.nanoClock = telemetry.nanoClock;
  }

  /** Returns an instance for a telemetry, or null if each request needs an exchange. */
  public static @Nullable MetricsOnlyRequests of(ServerTelemetry telemetry) {
    RequestMetrics metrics = telemetry.metrics;
    boolean metricsOnly =
        metrics != null
            && telemetry.tracing == null
            && telemetry.trustedProxies == null
            && telemetry.extras.labelNames().isEmpty()
            && telemetry.measurements.isEmpty()
            && telemetry.running == null
            && telemetry.countsAll();
    return metrics != null && metricsOnly ? new MetricsOnlyRequests(telemetry, metrics) : null;
  }

  /** Returns the current time, for {@link #ended}. */
  public long nanos() {
    return nanoClock.getAsLong();
  }

  /**
   * Counts a request as active until {@link #ended} or {@link ServerExchange#takeOver}.
   *
   * @param kind from {@link ServerTelemetry#kind}
   */
  public void started(RequestKind kind) {
    startedCount(kind).increment();
  }

  private LongAdder startedCount(RequestKind kind) {
    LongAdder started = kind.started;
    return started == null ? metrics.started(kind.method, kind.scheme) : started;
  }

  /**
   * Records a request without an error.
   *
   * @param startNanos the time at which it began
   * @param route the pattern of a router, or null
   * @param status the status that was sent
   */
  public void ended(RequestKind kind, long startNanos, @Nullable String route, int status) {
    // Before the clock is read, as the processor cannot start a load before it has read the clock.
    Series known = route == null ? kind.known(status) : null;
    long durationNanos = nanoClock.getAsLong() - startNanos;
    try {
      Series series = known == null ? series(kind, route, status) : known;
      series.observe(durationNanos, null, 0);
    } catch (Throwable e) {
      RequestMetrics.lost(startedCount(kind));
      telemetry.internalError("finding a series", e);
    }
  }

  private Series series(RequestKind kind, @Nullable String route, int status) {
    return route == null
        ? kind.succeeded(metrics, status)
        : metrics.succeeded(kind.method, route, status, kind.scheme, kind.protocolVersion);
  }
}
