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
 * What many requests have in common: all that is counted but the status and the time. Made once and
 * kept by the adapter, so that the next request of the kind is compared and not taken apart.
 *
 * <p>Safe for use by any number of threads.
 */
public final class RequestKind {
  final String method;
  final String scheme;
  final String protocolVersion;

  /** The pattern by which the container chose what serves it; empty where there is none. */
  final String route;

  /** Null where the telemetry has no metrics, and then the same is true of the next. */
  final @Nullable RequestMetrics metrics;

  final @Nullable LongAdder started;

  /** Where the last one succeeded to. Threads race for it; whatever it is is true. */
  private @Nullable Success last;

  private record Success(int status, Series series) {}

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

  /** Whether it is one of few: a client cannot make up more of these. */
  public boolean isUsual() {
    return !method.equals(KnownMethods.OTHER)
        && !scheme.equals(Scheme.OTHER)
        && !protocolVersion.isEmpty();
  }

  /** Returns the series of a request of this kind that succeeded without more to be said of it. */
  Series succeeded(RequestMetrics by, int status) {
    Success known = last;
    if (known != null && known.status == status) {
      return known.series;
    }
    Series series = by.succeeded(method, route, status, scheme, protocolVersion);
    // Where it shares a series for want of room, that is to be counted each time.
    if (series.isSuccess(method, route, status, scheme, protocolVersion)) {
      last = new Success(status, series);
    }
    return series;
  }
}
