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
   * A request that has begun, for whoever takes it over.
   *
   * @param counted what {@link #started} returned
   * @param startNanos when it began
   * @param method as {@link #method} has it
   * @param scheme as {@link #scheme} has it
   * @param protocolVersion as {@link #protocolVersion} has it
   * @param route the pattern by which the container chose what serves it, or null
   */
  public record Begun(
      LongAdder counted,
      long startNanos,
      String method,
      String scheme,
      String protocolVersion,
      @Nullable String route) {}

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

  /** Returns the name that a method counts under. */
  public String method(String requestMethod) {
    return telemetry.knownMethods.canonical(requestMethod);
  }

  /** Returns the name that a scheme counts under. */
  public static String scheme(String requestScheme) {
    return Scheme.canonical(requestScheme);
  }

  /** Returns the version of a protocol as the request line has it. */
  public static String protocolVersion(String requestProtocol) {
    return ProtocolVersion.of(requestProtocol);
  }

  /**
   * Counts a request as under way.
   *
   * @param method as {@link #method} has it
   * @param scheme as {@link #scheme} has it
   * @return to be given to {@link #ended} or {@link ServerExchange#takeOver}, exactly once
   */
  public LongAdder started(String method, String scheme) {
    return metrics.started(method, scheme);
  }

  /**
   * Records a request that succeeded.
   *
   * @param counted what {@link #started} returned
   * @param startNanos when it began
   * @param method as {@link #method} has it
   * @param route the pattern that it matched, or null
   * @param status the status that the client was sent
   * @param scheme as {@link #scheme} has it
   * @param protocolVersion as {@link #protocolVersion} has it
   */
  public void ended(
      LongAdder counted,
      long startNanos,
      String method,
      @Nullable String route,
      int status,
      String scheme,
      String protocolVersion) {
    long durationNanos = telemetry.nanoClock.getAsLong() - startNanos;
    RequestMetrics.ended(counted);
    try {
      String known = route == null ? "" : route;
      metrics.record(method, known, status, scheme, protocolVersion, durationNanos);
    } catch (Throwable e) {
      telemetry.internalError("recording a request", e);
    }
  }
}
