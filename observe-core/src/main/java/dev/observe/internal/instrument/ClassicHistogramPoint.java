/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.concurrent.atomic.LongAdder;

/** One series of a histogram with fixed buckets, of nanoseconds. */
public final class ClassicHistogramPoint {
  private static final double NANOS = 1e9;

  /*
   * Two additions for a request. The data point of the library needs four, because it also counts
   * all observations and those that a scrape delays. Here the count is the sum of the buckets, so
   * that both always agree. The sum of the values is added first and read last, so it may include
   * a request that is not in the buckets yet, and never lacks one that is.
   */
  private final LongAdder sumNanos = new LongAdder();
  private final LongAdder[] counts;
  private final long[] upperNanos;
  private final double[] upperBounds;
  private final long createdMillis = System.currentTimeMillis();

  /** Creates an empty point; the bounds are in seconds, ascending, without infinity. */
  public ClassicHistogramPoint(double[] boundsSeconds) {
    int finite = boundsSeconds.length;
    upperNanos = new long[finite];
    upperBounds = new double[finite + 1];
    counts = new LongAdder[finite + 1];
    for (int i = 0; i < finite; i++) {
      upperNanos[i] = Math.round(boundsSeconds[i] * NANOS);
      upperBounds[i] = boundsSeconds[i];
      counts[i] = new LongAdder();
    }
    upperBounds[finite] = Double.POSITIVE_INFINITY;
    counts[finite] = new LongAdder();
  }

  /** Adds a duration, and returns its bucket. */
  public int observe(long nanos) {
    // Linear from the first: most requests are fast, and a binary search is slower for those.
    int bucket = 0;
    while (bucket < upperNanos.length && nanos > upperNanos[bucket]) {
      bucket++;
    }
    sumNanos.add(nanos);
    counts[bucket].increment();
    return bucket;
  }

  public HistogramDataPointSnapshot snapshot(Labels labels, Exemplars exemplars) {
    long[] each = new long[counts.length];
    for (int i = 0; i < each.length; i++) {
      each[i] = counts[i].sum();
    }
    return new HistogramDataPointSnapshot(
        ClassicHistogramBuckets.of(upperBounds, each),
        sumNanos.sum() / NANOS,
        labels,
        exemplars,
        createdMillis);
  }
}
