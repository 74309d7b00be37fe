/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DistributionDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * How fast counts have grown, from readings taken in the past.
 *
 * <p>Safe for use by any number of threads.
 */
final class Rates {
  /*
   * A rate over the last minute is the growth since a minute ago. What the count was then is read
   * off two readings, five seconds apart at most, by a straight line between them. Lost: weighted
   * averages, as Dropwizard has them. They need a tick for each series too, and show after a minute
   * what nobody can check against the counter.
   */
  static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** A quarter of an hour, and one more for the step under way. */
  static final int READINGS = 182;

  /** Series beyond have no rates: each costs 1.5 kB. */
  static final int MAX_SERIES = 1_000;

  /**
   * By hand what a record would have made of itself at run time: the JDK's caches then hold on to
   * the class loader of a redeployed application.
   */
  private record Key(String metric, Labels labels) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && metric.equals(key.metric) && labels.equals(key.labels);
    }

    @Override
    public int hashCode() {
      return 31 * metric.hashCode() + labels.hashCode();
    }
  }

  private final ReentrantLock lock = new ReentrantLock();

  /** Guarded by the lock, as all that follows. */
  private final Map<Key, double[]> counts = new HashMap<>();

  private final Set<String> withoutCounts = new HashSet<>();
  private final long[] times = new long[READINGS];
  private int readings;

  /** Whether a metric is worth reading: false for those that turned out to count nothing. */
  boolean reads(String metric) {
    lock.lock();
    try {
      return !withoutCounts.contains(metric);
    } finally {
      lock.unlock();
    }
  }

  /** Takes a reading of all series that count something. */
  void read(Iterable<MetricSnapshot> metrics, long nowNanos) {
    lock.lock();
    try {
      int slot = readings % READINGS;
      Set<Key> present = new HashSet<>();
      for (MetricSnapshot metric : metrics) {
        String name = metric.getMetadata().getPrometheusName();
        for (DataPointSnapshot point : metric.getDataPoints()) {
          double count = count(point);
          if (Double.isNaN(count)) {
            withoutCounts.add(name);
          } else {
            Key key = new Key(name, point.getLabels());
            present.add(key);
            read(key, point, count, slot);
          }
        }
      }
      counts.keySet().retainAll(present);
      times[slot] = nowNanos;
      readings++;
    } finally {
      lock.unlock();
    }
  }

  private void read(Key key, DataPointSnapshot point, double count, int slot) {
    double[] ring = counts.get(key);
    if (ring == null) {
      if (counts.size() >= MAX_SERIES) {
        return;
      }
      ring = new double[READINGS];
      Arrays.fill(ring, before(point, count));
      counts.put(key, ring);
    }
    ring[slot] = count;
  }

  /** What a series counted before the first reading that has it. */
  private double before(DataPointSnapshot point, double count) {
    // One that says when it was made, made after the last reading, began at zero. Of any other
    // nobody knows when it counted what it counts.
    return readings > 0 && point.hasCreatedTimestamp() ? 0 : count;
  }

  /** The count of a counter, a histogram or a summary; NaN for anything else. */
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
   * The growth in a second over the time before now, or since the first reading if that is less.
   *
   * @return NaN if there is no reading yet
   */
  double rate(String metric, DataPointSnapshot point, long windowNanos, long nowNanos) {
    lock.lock();
    try {
      if (readings == 0) {
        return Double.NaN;
      }
      int oldest = Math.max(0, readings - READINGS);
      long from = Math.max(nowNanos - windowNanos, times[oldest % READINGS]);
      double[] ring = counts.get(new Key(metric, point.getLabels()));
      if (nowNanos <= from || (ring == null && counts.size() >= MAX_SERIES)) {
        return Double.NaN;
      }
      double count = count(point);
      double then = ring == null ? before(point, count) : at(ring, oldest, from, count, nowNanos);
      // A series that was taken away and made again counts from zero.
      double growth = count >= then ? count - then : count;
      return growth / ((nowNanos - from) / (double) TimeUnit.SECONDS.toNanos(1));
    } finally {
      lock.unlock();
    }
  }

  /** What a series counted at a time: exact at the readings, straight lines between them. */
  private double at(double[] ring, int oldest, long nanos, double count, long nowNanos) {
    int last = readings - 1;
    while (last > oldest && times[last % READINGS] > nanos) {
      last--;
    }
    long before = times[last % READINGS];
    boolean newest = last == readings - 1;
    long after = newest ? nowNanos : times[(last + 1) % READINGS];
    double first = ring[last % READINGS];
    double second = newest ? count : ring[(last + 1) % READINGS];
    if (after <= before || second < first) {
      return first;
    }
    return first + (second - first) * ((nanos - before) / (double) (after - before));
  }
}
