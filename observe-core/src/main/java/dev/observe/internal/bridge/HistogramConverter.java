/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.NativeHistogramBucket;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Converts the points of Prometheus histograms to those of OpenTelemetry. */
final class HistogramConverter {
  private HistogramConverter() {}

  static HistogramPointData classic(
      HistogramDataPointSnapshot point, long startNanos, long nowNanos, Attributes attributes) {
    ClassicHistogramBuckets buckets = point.getClassicBuckets();
    List<Double> bounds = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    for (int i = 0; i < buckets.size(); i++) {
      counts.add(buckets.getCount(i));
      // In OpenTelemetry the last bucket has no bound.
      if (!Double.isInfinite(buckets.getUpperBound(i))) {
        bounds.add(buckets.getUpperBound(i));
      }
    }
    return new ClassicPoint(
        startNanos,
        nowNanos,
        attributes,
        point.getSum(),
        counts.stream().mapToLong(Long::longValue).sum(),
        bounds,
        counts,
        ExemplarConverter.convert(point.getExemplars(), nowNanos));
  }

  static ExponentialHistogramPointData exponential(
      HistogramDataPointSnapshot point, long startNanos, long nowNanos, Attributes attributes) {
    int schema = point.getNativeSchema();
    return ExponentialHistogramPointData.create(
        schema,
        point.getSum(),
        point.getNativeZeroCount(),
        false,
        0,
        false,
        0,
        buckets(schema, point.getNativeBucketsForPositiveValues()),
        buckets(schema, point.getNativeBucketsForNegativeValues()),
        startNanos,
        nowNanos,
        attributes,
        ExemplarConverter.convert(point.getExemplars(), nowNanos));
  }

  private static ExponentialHistogramBuckets buckets(int schema, NativeHistogramBuckets sparse) {
    int min = Integer.MAX_VALUE;
    int max = Integer.MIN_VALUE;
    for (NativeHistogramBucket bucket : sparse) {
      min = Math.min(min, bucket.getBucketIndex());
      max = Math.max(max, bucket.getBucketIndex());
    }
    if (min > max) {
      return ExponentialHistogramBuckets.create(schema, 0, List.of());
    }
    List<Long> counts = new ArrayList<>(Collections.nCopies(max - min + 1, 0L));
    for (NativeHistogramBucket bucket : sparse) {
      counts.set(bucket.getBucketIndex() - min, bucket.getCount());
    }
    // The index of a bucket is that of its upper bound in Prometheus, of its lower in
    // OpenTelemetry.
    return ExponentialHistogramBuckets.create(schema, min - 1, counts);
  }

  /**
   * A point with exemplars, which the factory of the SDK accepts for all other types. Its
   * components are the methods of the interface.
   */
  private record ClassicPoint(
      long getStartEpochNanos,
      long getEpochNanos,
      Attributes getAttributes,
      double getSum,
      long getCount,
      List<Double> getBoundaries,
      List<Long> getCounts,
      List<DoubleExemplarData> getExemplars)
      implements HistogramPointData {
    @Override
    public boolean hasMin() {
      return false;
    }

    @Override
    public double getMin() {
      return 0;
    }

    @Override
    public boolean hasMax() {
      return false;
    }

    @Override
    public double getMax() {
      return 0;
    }
  }
}
