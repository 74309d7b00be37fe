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
  /**
   * What many requests have in common: all that is counted but the status and the time. Made once
   * and kept by the adapter, so that the next one need not be taken apart again.
   */
  public static final class Kind {
    final String method;
    final String scheme;
    final String protocolVersion;

    /** The pattern by which the container chose what serves it, or null. */
    final @Nullable String mappedRoute;

    final LongAdder started;

    /** Where the last one succeeded to. Threads race for it; whatever it is is true. */
    private @Nullable Success last;

    private Kind(
        String method,
        String scheme,
        String protocolVersion,
        @Nullable String mappedRoute,
        LongAdder started) {
      this.method = method;
      this.scheme = scheme;
      this.protocolVersion = protocolVersion;
      this.mappedRoute = mappedRoute;
      this.started = started;
    }

    /** Whether it is one of few: a client cannot make up more of these. */
    public boolean isUsual() {
      return !method.equals(KnownMethods.OTHER) && !protocolVersion.isEmpty();
    }
  }

  private record Success(int status, Series series) {}

  final ServerTelemetry telemetry;
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

  /** Returns the time, for {@link #ended}. */
  public long nanos() {
    return telemetry.nanoClock.getAsLong();
  }

  /**
   * Returns what requests like this have in common.
   *
   * @param method as the client wrote it
   * @param scheme as the container says
   * @param protocol as the request line has it
   * @param mappedRoute the pattern by which the container chose what serves it, or null
   */
  public Kind kind(String method, String scheme, String protocol, @Nullable String mappedRoute) {
    String known = telemetry.knownMethods.canonical(method);
    String canonical = Scheme.canonical(scheme);
    return new Kind(
        known,
        canonical,
        ProtocolVersion.of(protocol),
        mappedRoute,
        metrics.started(known, canonical));
  }

  /** Counts a request as under way, until {@link #ended} or {@link ServerExchange#takeOver}. */
  public static void started(Kind kind) {
    kind.started.increment();
  }

  /**
   * Records a request that succeeded.
   *
   * @param startNanos when it began
   * @param route the pattern that a router has named, or null
   * @param status the status that the client was sent
   */
  public void ended(Kind kind, long startNanos, @Nullable String route, int status) {
    long durationNanos = telemetry.nanoClock.getAsLong() - startNanos;
    Success last = kind.last;
    if (route == null && last != null && last.status == status) {
      last.series.observe(durationNanos, null, 0);
      return;
    }
    try {
      find(kind, route, status).observe(durationNanos, null, 0);
    } catch (Throwable e) {
      RequestMetrics.lost(kind.started);
      telemetry.internalError("looking for a series", e);
    }
  }

  private Series find(Kind kind, @Nullable String route, int status) {
    String mapped = kind.mappedRoute == null ? "" : kind.mappedRoute;
    String known = route == null ? mapped : route;
    Series series =
        metrics.succeeded(kind.method, known, status, kind.scheme, kind.protocolVersion);
    // Where it shares a series for want of room, that is to be counted each time.
    if (route == null
        && series.key.isSuccess(kind.method, known, status, kind.scheme, kind.protocolVersion)) {
      kind.last = new Success(status, series);
    }
    return series;
  }
}
