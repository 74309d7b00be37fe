/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.internal.exposition.SeriesKey;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DistributionDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Calculates rates of counts from samples of the last quarter of an hour.
 *
 * <p>Safe for use by any number of threads.
 */
final class Rates {
  /*
   * The rate over the last minute is the growth since a minute ago. The count of that time is
   * interpolated between two samples, which are at most five seconds apart. Rejected: weighted
   * averages, as in Dropwizard. They also need a periodic task for each series, and their results
   * cannot be verified against the counter.
   */
  static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Enough for a quarter of an hour and the current step. */
  static final int SAMPLES = 182;

  /** Further series have no rates; each takes 1.5 kB. */
  static final int MAX_SERIES = 1_000;

  private final ReentrantLock lock = new ReentrantLock();

  /** The lock guards this and the fields below. */
  private final Map<SeriesKey, double[]> counts = new HashMap<>();

  private final Set<String> withoutCounts = new HashSet<>();
  private final long[] times = new long[SAMPLES];
  private int samples;

  /** Returns whether a metric is sampled: false once it is known to have no counts. */
  boolean isSampled(String metric) {
    lock.lock();
    try {
      return !withoutCounts.contains(metric);
    } finally {
      lock.unlock();
    }
  }

  /** Samples all series that have a count. */
  void sample(Iterable<MetricSnapshot> metrics, long nowNanos) {
    lock.lock();
    try {
      int slot = samples % SAMPLES;
      Set<SeriesKey> present = new HashSet<>();
      for (MetricSnapshot metric : metrics) {
        String name = metric.getMetadata().getPrometheusName();
        for (DataPointSnapshot point : metric.getDataPoints()) {
          double count = count(point);
          if (Double.isNaN(count)) {
            withoutCounts.add(name);
          } else {
            SeriesKey key = new SeriesKey(name, point.getLabels());
            present.add(key);
            sample(key, point, count, slot);
          }
        }
      }
      counts.keySet().retainAll(present);
      times[slot] = nowNanos;
      samples++;
    } finally {
      lock.unlock();
    }
  }

  private void sample(SeriesKey key, DataPointSnapshot point, double count, int slot) {
    double[] ring = counts.get(key);
    if (ring == null) {
      if (counts.size() >= MAX_SERIES) {
        return;
      }
      ring = new double[SAMPLES];
      Arrays.fill(ring, before(point, count));
      counts.put(key, ring);
    }
    ring[slot] = count;
  }

  /** Returns the count of a series before its first sample. */
  private double before(DataPointSnapshot point, double count) {
    // A series with a created timestamp started at zero after the last sample. The history of any
    // other series is unknown.
    return samples > 0 && point.hasCreatedTimestamp() ? 0 : count;
  }

  /** Returns the count of a counter, a histogram or a summary, and NaN for other types. */
  static double count(DataPointSnapshot point) {
    if (point instanceof CounterDataPointSnapshot counter) {
      return counter.getValue();
    }
    if (point instanceof DistributionDataPointSnapshot distribution && distribution.hasCount()) {
      return distribution.getCount();
    }
    return Double.NaN;
  }

  /**
   * Returns the growth per second over the last window, or since the first sample if that is later.
   *
   * @return NaN before the first sample
   */
  double rate(String metric, DataPointSnapshot point, long windowNanos, long nowNanos) {
    lock.lock();
    try {
      if (samples == 0) {
        return Double.NaN;
      }
      int oldest = Math.max(0, samples - SAMPLES);
      long from = Math.max(nowNanos - windowNanos, times[oldest % SAMPLES]);
      double[] ring = counts.get(new SeriesKey(metric, point.getLabels()));
      if (nowNanos <= from || (ring == null && counts.size() >= MAX_SERIES)) {
        return Double.NaN;
      }
      double count = count(point);
      double then = ring == null ? before(point, count) : at(ring, oldest, from, count, nowNanos);
      // A series that was removed and created again counts from zero.
      double growth = count >= then ? count - then : count;
      return growth / ((nowNanos - from) / (double) TimeUnit.SECONDS.toNanos(1));
    } finally {
      lock.unlock();
    }
  }

  /** Returns the count of a series at a time, interpolated between two samples. */
  private double at(double[] ring, int oldest, long nanos, double count, long nowNanos) {
    int last = samples - 1;
    while (last > oldest && times[last % SAMPLES] > nanos) {
      last--;
    }
    long before = times[last % SAMPLES];
    boolean newest = last == samples - 1;
    long after = newest ? nowNanos : times[(last + 1) % SAMPLES];
    double first = ring[last % SAMPLES];
    double second = newest ? count : ring[(last + 1) % SAMPLES];
    if (after <= before || second < first) {
      return first;
    }
    return first + (second - first) * ((nanos - before) / (double) (after - before));
  }
}
