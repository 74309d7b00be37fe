/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import dev.observe.internal.exposition.SeriesKey;
import dev.observe.internal.instrument.DurationBuckets;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The requests of each route in steps of five seconds over half an hour, from samples of the
 * histogram of requests, so that a request costs nothing more than its metric.
 *
 * <p>Safe for use by any number of threads.
 */
final class RouteHistory {
  static final String METRIC = "http_server_request_duration_seconds";
  static final int STEP_SECONDS = 5;
  static final int STEPS = 360;

  /** The requests of further routes are added up in one; each route takes 31 kB. */
  static final int MAX_ROUTES = 100;

  static final String OTHER = "_other";

  private static final double[] BOUNDS = DurationBuckets.seconds();
  static final int BUCKETS = BOUNDS.length + 1;

  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Map<SeriesKey, long[]> before = new HashMap<>();
  private final Map<Route, Ring> rings = new HashMap<>();
  private final long[] times = new long[STEPS];
  private int steps;

  /** A method and a route; the route is empty for requests without one. */
  record Route(String method, String path) {
    /** Returns the text by which people know it. */
    String name() {
      return path.isEmpty() ? method : method + " " + path;
    }
  }

  /** The counts of a route in one period; {@code buckets} are not cumulative. */
  static final class Counts {
    long count;
    long errors;
    double seconds;
    final long[] classes = new long[5];
    final long[] buckets = new long[BUCKETS];

    void add(Counts other) {
      count += other.count;
      errors += other.errors;
      seconds += other.seconds;
      for (int i = 0; i < classes.length; i++) {
        classes[i] += other.classes[i];
      }
      for (int i = 0; i < buckets.length; i++) {
        buckets[i] += other.buckets[i];
      }
    }

    /** Returns a quantile in seconds as Prometheus estimates it; NaN without requests. */
    double quantile(double fraction) {
      long all = Arrays.stream(buckets).sum();
      double rank = fraction * all;
      long below = 0;
      for (int i = 0; i < BUCKETS && all > 0; i++) {
        if (buckets[i] > 0 && below + buckets[i] >= rank) {
          if (i == BOUNDS.length) {
            return BOUNDS[BOUNDS.length - 1];
          }
          double lower = i == 0 ? 0 : BOUNDS[i - 1];
          return lower + (BOUNDS[i] - lower) * (rank - below) / buckets[i];
        }
        below += buckets[i];
      }
      return Double.NaN;
    }
  }

  /** An exemplar of a route: a request whose trace is known. */
  record Sample(double seconds, long epochMillis, String traceId) {}

  /** The steps of one route. */
  private static final class Ring {
    final int[][] steps = new int[STEPS][];
    final double[] seconds = new double[STEPS];
  }

  /** The positions in a step: count, errors, five classes of statuses, buckets. */
  private static final int CLASSES = 2;

  private static final int FIRST_BUCKET = CLASSES + 5;
  private static final int WIDTH = FIRST_BUCKET + BUCKETS;

  static double[] bounds() {
    return BOUNDS.clone();
  }

  /** Adds a step: the growth of each series since the last one. */
  void sample(MetricSnapshots metrics, long epochMillis) {
    lock.lock();
    try {
      int slot = steps % STEPS;
      rings.values().forEach(ring -> ring.steps[slot] = null);
      rings.values().forEach(ring -> ring.seconds[slot] = 0);
      Set<SeriesKey> present = new HashSet<>();
      for (HistogramDataPointSnapshot point : points(metrics)) {
        SeriesKey key = new SeriesKey(METRIC, point.getLabels());
        present.add(key);
        Counts now = counts(point);
        long[] last = before.get(key);
        long[] all = flat(now);
        before.put(key, all);
        // What happened before the first sample has no time.
        if (last != null || steps > 0) {
          grow(route(point.getLabels()), slot, last, all);
        }
      }
      before.keySet().retainAll(present);
      times[slot] = epochMillis;
      steps++;
    } finally {
      lock.unlock();
    }
  }

  private void grow(Route route, int slot, long @Nullable [] last, long[] all) {
    if (last != null && all[0] == last[0]) {
      return;
    }
    Ring ring = rings.get(route);
    if (ring == null) {
      Route known = rings.size() < MAX_ROUTES ? route : new Route("", OTHER);
      ring = rings.computeIfAbsent(known, added -> new Ring());
    }
    int[] step = ring.steps[slot];
    if (step == null) {
      step = new int[WIDTH];
      ring.steps[slot] = step;
    }
    for (int i = 0; i < WIDTH; i++) {
      // A series that was removed and created again counts from zero.
      step[i] += (int) Math.max(0, all[i] - (last == null || last[0] > all[0] ? 0 : last[i]));
    }
    long micros = all[WIDTH] - (last == null || last[WIDTH] > all[WIDTH] ? 0 : last[WIDTH]);
    ring.seconds[slot] += micros / 1e6;
  }

  private static long[] flat(Counts counts) {
    long[] flat = new long[WIDTH + 1];
    flat[0] = counts.count;
    flat[1] = counts.errors;
    System.arraycopy(counts.classes, 0, flat, CLASSES, 5);
    System.arraycopy(counts.buckets, 0, flat, FIRST_BUCKET, BUCKETS);
    flat[WIDTH] = Math.round(counts.seconds * 1e6);
    return flat;
  }

  /** Returns the counts of each route since the start of the process, as the page has them. */
  static Map<Route, Counts> totals(MetricSnapshots metrics) {
    Map<Route, Counts> totals = new HashMap<>();
    for (HistogramDataPointSnapshot point : points(metrics)) {
      totals.computeIfAbsent(route(point.getLabels()), route -> new Counts()).add(counts(point));
    }
    return totals;
  }

  /** Returns the exemplars of a route. */
  static List<Sample> samples(MetricSnapshots metrics, Route wanted) {
    List<Sample> samples = new ArrayList<>();
    for (HistogramDataPointSnapshot point : points(metrics)) {
      if (route(point.getLabels()).equals(wanted)) {
        for (Exemplar exemplar : point.getExemplars()) {
          String traceId = exemplar.getLabels().get(Exemplar.TRACE_ID);
          if (traceId != null) {
            samples.add(new Sample(exemplar.getValue(), exemplar.getTimestampMillis(), traceId));
          }
        }
      }
    }
    return samples;
  }

  private static List<HistogramDataPointSnapshot> points(MetricSnapshots metrics) {
    List<HistogramDataPointSnapshot> points = new ArrayList<>();
    for (MetricSnapshot metric : metrics) {
      for (DataPointSnapshot point : metric.getDataPoints()) {
        if (point instanceof HistogramDataPointSnapshot histogram) {
          points.add(histogram);
        }
      }
    }
    return points;
  }

  private static Route route(Labels labels) {
    return new Route(text(labels, "http_request_method"), text(labels, "http_route"));
  }

  private static String text(Labels labels, String name) {
    String value = labels.get(name);
    return value == null ? "" : value;
  }

  private static Counts counts(HistogramDataPointSnapshot point) {
    Counts counts = new Counts();
    counts.count = point.getCount();
    counts.seconds = point.getSum();
    String status = text(point.getLabels(), "http_response_status_code");
    boolean failed = !text(point.getLabels(), "error_type").isEmpty() || status.startsWith("5");
    counts.errors = failed ? counts.count : 0;
    int index = status.isEmpty() ? -1 : status.charAt(0) - '1';
    if (index >= 0 && index < counts.classes.length) {
      counts.classes[index] = counts.count;
    }
    if (point.hasClassicHistogramData()) {
      ClassicHistogramBuckets buckets = point.getClassicBuckets();
      for (int i = 0; i < buckets.size(); i++) {
        counts.buckets[bucket(buckets.getUpperBound(i))] += buckets.getCount(i);
      }
    } else {
      NativeHistogramBuckets buckets = point.getNativeBucketsForPositiveValues();
      double base = Math.pow(2, Math.pow(2, -point.getNativeSchema()));
      counts.buckets[0] += point.getNativeZeroCount();
      for (int i = 0; i < buckets.size(); i++) {
        counts.buckets[bucket(Math.pow(base, buckets.getBucketIndex(i)))] += buckets.getCount(i);
      }
    }
    return counts;
  }

  private static int bucket(double upperBound) {
    int bucket = 0;
    while (bucket < BOUNDS.length && upperBound > BOUNDS[bucket]) {
      bucket++;
    }
    return bucket;
  }

  /** Returns the steps of the last half hour, or fewer after the start. */
  Steps steps(@Nullable Route only) {
    lock.lock();
    try {
      int first = Math.max(0, steps - STEPS);
      List<Long> ends = new ArrayList<>();
      List<Counts> counts = new ArrayList<>();
      for (int i = first; i < steps; i++) {
        ends.add(times[i % STEPS]);
        Counts all = new Counts();
        for (Map.Entry<Route, Ring> entry : rings.entrySet()) {
          if (only == null || entry.getKey().equals(only)) {
            all.add(at(entry.getValue(), i % STEPS));
          }
        }
        counts.add(all);
      }
      return new Steps(ends, counts);
    } finally {
      lock.unlock();
    }
  }

  /** The ends of the steps in epoch milliseconds, and the counts of each. */
  record Steps(List<Long> ends, List<Counts> counts) {}

  /** Returns the counts of each route over the last steps. */
  Map<Route, Counts> recent(int last) {
    lock.lock();
    try {
      Map<Route, Counts> recent = new HashMap<>();
      rings.forEach(
          (route, ring) -> {
            Counts sum = new Counts();
            for (int i = Math.max(0, Math.max(steps - STEPS, steps - last)); i < steps; i++) {
              sum.add(at(ring, i % STEPS));
            }
            recent.put(route, sum);
          });
      return recent;
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many seconds the last steps cover. */
  double seconds(int last) {
    lock.lock();
    try {
      int first = Math.max(0, Math.max(steps - STEPS, steps - 1 - last));
      return steps < 2 ? 0 : (times[(steps - 1) % STEPS] - times[first % STEPS]) / 1e3;
    } finally {
      lock.unlock();
    }
  }

  private static Counts at(Ring ring, int slot) {
    Counts counts = new Counts();
    int[] step = ring.steps[slot];
    if (step != null) {
      counts.count = step[0];
      counts.errors = step[1];
      counts.seconds = ring.seconds[slot];
      for (int i = 0; i < 5; i++) {
        counts.classes[i] = step[CLASSES + i];
      }
      for (int i = 0; i < BUCKETS; i++) {
        counts.buckets[i] = step[FIRST_BUCKET + i];
      }
    }
    return counts;
  }
}
