/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import dev.observe.internal.instrument.BucketExemplars;
import dev.observe.internal.instrument.ClassicHistogramPoint;
import io.opentelemetry.api.trace.SpanContext;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import org.jspecify.annotations.Nullable;

/** One time series of the request histogram, with its exemplars. */
public final class Series {
  /** The status that all requests of the series have, or that of the first in a shared one. */
  public final int status;

  final RequestLabels key;
  final Labels labels;

  /** Whether the key is {@link RequestLabels#isPlain plain}; most lookups need it. */
  final boolean plain;

  final BucketExemplars exemplars;

  /** The library's point with native buckets; otherwise {@link #own} is set. */
  private final @Nullable DistributionDataPoint library;

  private final @Nullable ClassicHistogramPoint own;

  Series(
      RequestLabels key,
      String[] names,
      @Nullable DistributionDataPoint library,
      double[] upperBounds) {
    // A copy: the given key is an exchange, which changes.
    this.key = key.withRoute(key.route);
    this.status = this.key.status;
    this.plain = this.key.isPlain();
    this.labels = Labels.of(names, key.values());
    this.library = library;
    this.own = library == null ? new ClassicHistogramPoint(upperBounds) : null;
    this.exemplars = new BucketExemplars(upperBounds);
  }

  /** Returns whether these are the labels of a request without an error. */
  public boolean isSuccess(
      String method, String route, int status, String scheme, String protocolVersion) {
    return key.isSuccess(method, route, status, scheme, protocolVersion);
  }

  /**
   * Records a request and returns whether its span became an exemplar.
   *
   * @param endEpochNanos used with a span only
   */
  public boolean observe(long durationNanos, @Nullable SpanContext sampled, long endEpochNanos) {
    if (own != null) {
      int bucket = own.observe(durationNanos);
      return sampled != null
          && exemplars.keep(bucket, durationNanos / 1e9, sampled, endEpochNanos / 1_000_000);
    }
    double seconds = durationNanos / 1e9;
    if (library != null) {
      library.observe(seconds);
    }
    return sampled != null
        && exemplars.keep(exemplars.bucket(seconds), seconds, sampled, endEpochNanos / 1_000_000);
  }

  /** Returns the recorded values, or null if the library has them. */
  @Nullable HistogramDataPointSnapshot snapshot() {
    return own == null ? null : own.snapshot(labels, exemplars.exemplars());
  }
}
