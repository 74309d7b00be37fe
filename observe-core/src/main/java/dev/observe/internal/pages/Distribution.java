/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.NativeHistogramBucket;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Estimates minimum, maximum and quantiles from the buckets of a histogram, each within the width
 * of one bucket.
 */
final class Distribution {
  /**
   * The number of values above {@code lower} and not above {@code upper}.
   *
   * @param exponential whether the bounds grow by a factor; then the values in the bucket are
   *     assumed to be spread in the same way
   */
  private record Bucket(double lower, double upper, long count, boolean exponential) {}

  private final List<Bucket> buckets;
  private final long count;

  private Distribution(List<Bucket> buckets) {
    this.buckets = buckets;
    this.count = buckets.stream().mapToLong(Bucket::count).sum();
  }

  /** Returns the distribution of a histogram, from its native buckets if it has any. */
  static Distribution of(HistogramDataPointSnapshot point) {
    return new Distribution(
        point.hasNativeHistogramData() ? nativeBuckets(point) : classic(point.getClassicBuckets()));
  }

  private static List<Bucket> classic(ClassicHistogramBuckets all) {
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (all.getCount(i) > 0) {
        // As in Prometheus, the first bucket starts at 0 if its bound is positive.
        double first = all.getUpperBound(0) > 0 ? 0 : Double.NEGATIVE_INFINITY;
        double lower = i == 0 ? first : all.getUpperBound(i - 1);
        buckets.add(new Bucket(lower, all.getUpperBound(i), all.getCount(i), false));
      }
    }
    return buckets;
  }

  private static List<Bucket> nativeBuckets(HistogramDataPointSnapshot point) {
    List<Bucket> buckets = new ArrayList<>();
    int schema = point.getNativeSchema();
    add(buckets, point.getNativeBucketsForNegativeValues(), schema, true);
    double zero = point.getNativeZeroThreshold();
    if (point.getNativeZeroCount() > 0) {
      buckets.add(new Bucket(-zero, zero, point.getNativeZeroCount(), false));
    }
    add(buckets, point.getNativeBucketsForPositiveValues(), schema, false);
    buckets.sort(Comparator.comparingDouble(Bucket::upper));
    return buckets;
  }

  private static void add(
      List<Bucket> buckets, NativeHistogramBuckets all, int schema, boolean negative) {
    double base = Math.pow(2, Math.pow(2, -schema));
    for (NativeHistogramBucket bucket : all) {
      double far = Math.pow(base, bucket.getBucketIndex());
      double near = Math.pow(base, bucket.getBucketIndex() - 1.0);
      if (bucket.getCount() > 0) {
        buckets.add(
            negative
                ? new Bucket(-far, -near, bucket.getCount(), true)
                : new Bucket(near, far, bucket.getCount(), true));
      }
    }
  }

  /** Returns the lower bound of the lowest bucket that has a value, or NaN without values. */
  double min() {
    return buckets.isEmpty() ? Double.NaN : buckets.get(0).lower();
  }

  /** Returns the upper bound of the highest bucket that has a value, or NaN without values. */
  double max() {
    return buckets.isEmpty() ? Double.NaN : buckets.get(buckets.size() - 1).upper();
  }

  /** Returns the value that this fraction of the values does not exceed, or NaN without values. */
  double quantile(double fraction) {
    double rank = fraction * count;
    double below = 0;
    for (Bucket bucket : buckets) {
      if (below + bucket.count() >= rank) {
        return within(bucket, (rank - below) / bucket.count());
      }
      below += bucket.count();
    }
    return max();
  }

  private static double within(Bucket bucket, double fraction) {
    double lower = bucket.lower();
    double upper = bucket.upper();
    // As in Prometheus, a bucket without an upper bound gives its lower bound.
    if (Double.isInfinite(upper)) {
      return lower;
    }
    if (Double.isInfinite(lower)) {
      return upper;
    }
    if (bucket.exponential()) {
      return lower * Math.pow(upper / lower, fraction);
    }
    return lower + (upper - lower) * fraction;
  }
}
