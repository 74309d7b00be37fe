/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.request.series.RequestMetrics;
import dev.observe.internal.request.series.Series;
import dev.observe.internal.semconv.KnownMethods;
import dev.observe.internal.semconv.Scheme;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The labels that many requests share: all but the status. The adapter caches kinds, so that the
 * next request of a kind is compared and not parsed.
 *
 * <p>Safe for use by any number of threads.
 */
public final class RequestKind {
  final String method;
  final String scheme;
  final String protocolVersion;

  /** The pattern by which the container chose the servlet; empty without one. */
  final String route;

  /** Null if the telemetry has no metrics; then {@link #started} is null too. */
  final @Nullable RequestMetrics metrics;

  final @Nullable LongAdder started;

  /** The series of the last request without an error. Immutable, so a race is harmless. */
  private @Nullable Series last;

  RequestKind(
      String method,
      String scheme,
      String protocolVersion,
      String route,
      @Nullable RequestMetrics metrics) {
    this.method = method;
    this.scheme = scheme;
    this.protocolVersion = protocolVersion;
    this.route = route;
    this.metrics = metrics;
    this.started = metrics == null ? null : metrics.started(method, scheme);
  }

  /** Returns whether all parts are from closed sets, so that a client cannot create kinds. */
  public boolean isUsual() {
    return !method.equals(KnownMethods.OTHER)
        && !scheme.equals(Scheme.OTHER)
        && !protocolVersion.isEmpty();
  }

  /**
   * Returns the series that {@link #succeeded} returned last if it is that of a status, or null.
   */
  @Nullable Series known(int status) {
    Series known = last;
    return known != null && known.status == status ? known : null;
  }

  /** Returns the series of a request of this kind without an error and without extra labels. */
  Series succeeded(RequestMetrics by, int status) {
    Series known = known(status);
    if (known != null) {
      return known;
    }
    Series series = by.succeeded(method, route, status, scheme, protocolVersion);
    // A request in a shared series must be counted as overflow each time.
    if (series.isSuccess(method, route, status, scheme, protocolVersion)) {
      last = series;
    }
    return series;
  }
}
