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
 * What a histogram's buckets tell about single values. Nothing here is more exact than the bucket
 * that a value fell in.
 */
final class Distribution {
  /**
   * How many values are above {@code lower} and not above {@code upper}.
   *
   * @param exponential whether the boundaries grow by a factor, and values between them are taken
   *     to be spread so too
   */
  private record Bucket(double lower, double upper, long count, boolean exponential) {}

  private final List<Bucket> buckets;
  private final long count;

  private Distribution(List<Bucket> buckets) {
    this.buckets = buckets;
    this.count = buckets.stream().mapToLong(Bucket::count).sum();
  }

  /** Takes the native buckets where there are any: they are finer. */
  static Distribution of(HistogramDataPointSnapshot point) {
    return new Distribution(
        point.hasNativeHistogramData() ? nativeBuckets(point) : classic(point.getClassicBuckets()));
  }

  private static List<Bucket> classic(ClassicHistogramBuckets all) {
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (all.getCount(i) > 0) {
        // As Prometheus has it: what a first bucket with a positive bound counts is not negative.
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

  /** The lower bound of the lowest bucket that has a value; NaN if none has. */
  double min() {
    return buckets.isEmpty() ? Double.NaN : buckets.get(0).lower();
  }

  /** The upper bound of the highest bucket that has a value; NaN if none has. */
  double max() {
    return buckets.isEmpty() ? Double.NaN : buckets.get(buckets.size() - 1).upper();
  }

  /** The value that this part of the values does not exceed; NaN without values. */
  double quantile(double part) {
    double rank = part * count;
    double below = 0;
    for (Bucket bucket : buckets) {
      if (below + bucket.count() >= rank) {
        return within(bucket, (rank - below) / bucket.count());
      }
      below += bucket.count();
    }
    return max();
  }

  private static double within(Bucket bucket, double part) {
    double lower = bucket.lower();
    double upper = bucket.upper();
    // Nothing is known beyond the last boundary, so that is what is told, as Prometheus does.
    if (Double.isInfinite(upper)) {
      return lower;
    }
    if (Double.isInfinite(lower)) {
      return upper;
    }
    if (bucket.exponential()) {
      return lower * Math.pow(upper / lower, part);
    }
    return lower + (upper - lower) * part;
  }
}
