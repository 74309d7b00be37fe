/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import dev.observe.internal.instrument.BucketExemplars;
import dev.observe.internal.instrument.ClassicHistogramPoint;
import io.opentelemetry.api.trace.SpanContext;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import org.jspecify.annotations.Nullable;

/** One time series of the request histogram, and for each bucket a sampled span that fell in it. */
public final class Series {
  final RequestLabels key;
  final Labels labels;

  /**
   * Kept, as most requests ask for it: whether {@link RequestLabels#isPlain} is true of the key.
   */
  final boolean plain;

  private final BucketExemplars examples;

  /** One of the two: the library's point where there are native buckets, or one of our own. */
  private final @Nullable DistributionDataPoint library;

  private final @Nullable ClassicHistogramPoint own;

  Series(
      RequestLabels key,
      String[] names,
      @Nullable DistributionDataPoint library,
      double[] upperBounds) {
    // A copy: the key handed in is a living exchange.
    this.key = key.withRoute(key.route);
    this.plain = this.key.isPlain();
    this.labels = Labels.of(names, key.values());
    this.library = library;
    this.own = library == null ? new ClassicHistogramPoint(upperBounds) : null;
    this.examples = new BucketExemplars(upperBounds);
  }

  /** Returns whether these are the labels of a request without an error. */
  public boolean isSuccess(
      String method, String route, int status, String scheme, String protocolVersion) {
    return key.isSuccess(method, route, status, scheme, protocolVersion);
  }

  /**
   * Records a request, and returns whether its span has become an exemplar; the time of its end is
   * only asked for with a span.
   */
  public boolean observe(long durationNanos, @Nullable SpanContext sampled, long endEpochNanos) {
    if (own != null) {
      int bucket = own.observe(durationNanos);
      return sampled != null
          && examples.keep(bucket, durationNanos / 1e9, sampled, endEpochNanos / 1_000_000);
    }
    double seconds = durationNanos / 1e9;
    if (library != null) {
      library.observe(seconds);
    }
    return sampled != null
        && examples.keep(examples.bucket(seconds), seconds, sampled, endEpochNanos / 1_000_000);
  }

  /** Returns what was recorded, or null where the library keeps that. */
  @Nullable HistogramDataPointSnapshot snapshot() {
    return own == null ? null : own.snapshot(labels, examples.exemplars());
  }

  Exemplars exemplars() {
    return examples.exemplars();
  }
}
