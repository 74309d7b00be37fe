/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import dev.observe.internal.instrument.BucketExemplars;
import dev.observe.internal.instrument.HistogramKind;
import dev.observe.internal.instrument.SeriesOverflow;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the time series of a request by its labels, and bounds the number of series.
 *
 * <p>Most labels have closed sets of values; route, status and error come from the application. The
 * bound protects against mistakes, such as a router that reports raw paths. A client cannot choose
 * a route, but it can request each route with every method. Therefore each route has {@link
 * #ROUTE_SHARE} series for itself and gets more only while there are fewer than {@link #CONTESTED}.
 * A client cannot use up the series of a route that is first used later.
 */
final class SeriesTable {
  /** The bound of all series of the histogram (promise P9). */
  static final int MAX_SERIES = 1_000;

  /**
   * The series of {@link SeriesOverflow#OTHER}, so that no request is lost when all others are
   * used. It gets no more, so an overflow with many statuses takes no series from a real route.
   */
  static final int RESERVED = 100;

  /** From this number of series on, a route gets no more than its share. */
  static final int CONTESTED = 600;

  /** The guaranteed series of a route, such as GET 200, GET 404, POST 201 and an error. */
  static final int ROUTE_SHARE = 4;

  private static final int ROUTE_INDEX = RequestLabels.NAMES.indexOf(RequestLabels.ROUTE);

  /*
   * After warm-up the series of every request exists, so the table uses open addressing over an
   * array that is replaced, never changed. A lookup is one volatile read, cached hash codes of
   * strings, and comparisons that mostly succeed by identity. It allocates nothing; the library's
   * own lookup creates an array of label values for each request.
   */
  private volatile Table table = new Table(new @Nullable Series[64], 0);

  private final ReentrantLock lock = new ReentrantLock();
  private final Histogram histogram;
  private final HistogramKind kind;
  private final String[] names;
  private final double[] upperBounds;

  /** The labels of the last series, used when {@link SeriesOverflow#OTHER} is full too. */
  private final RequestLabels last = new RequestLabels().withRoute(SeriesOverflow.OTHER);

  /** The number of series of each route; bounded by the number of series. */
  private final Map<String, Integer> shares = new ConcurrentHashMap<>();

  /** The index of the label with too many values, by route; computing it scans all series. */
  private final Map<String, Integer> grownLabels = new ConcurrentHashMap<>();

  private final SeriesOverflow overflow;

  /** Accepts the labels of a request and those of {@link #last} when that counts it. */
  private final BiConsumer<RequestLabels, RequestLabels> onLast;

  SeriesTable(
      Histogram histogram,
      HistogramKind kind,
      List<String> extraNames,
      double[] upperBounds,
      SeriesOverflow overflow,
      BiConsumer<RequestLabels, RequestLabels> onLast) {
    this.onLast = onLast;
    this.histogram = histogram;
    this.kind = kind;
    this.overflow = overflow;
    this.names = RequestLabels.names(extraNames);
    this.last.extra = new String[extraNames.size()];
    Arrays.fill(last.extra, SeriesOverflow.OTHER);
    this.upperBounds = upperBounds;
  }

  Series find(RequestLabels labels) {
    Series found = table.find(labels);
    return found != null ? found : admit(labels);
  }

  /**
   * Finds the series of a request without an error and without labels of the application, and
   * without a labels object.
   */
  Series findSucceeded(
      String method, String route, int status, String scheme, String protocolVersion) {
    Series found = table.findSucceeded(method, route, status, scheme, protocolVersion);
    if (found != null) {
      return found;
    }
    RequestLabels labels = new RequestLabels();
    labels.method = method;
    labels.route = route;
    labels.status = status;
    labels.scheme = scheme;
    labels.protocolVersion = protocolVersion;
    return admit(labels);
  }

  private Series admit(RequestLabels requested) {
    // Only cleaned labels are stored: a router may report a path of 8 KB.
    RequestLabels labels = requested.cleaned();
    Series admitted = hasRoom(labels.route) ? insert(labels, false) : null;
    if (admitted == null) {
      admitted = table.find(labels);
    }
    if (admitted != null) {
      return admitted;
    }
    countOverflow(labels);
    RequestLabels other = labels.withRoute(SeriesOverflow.OTHER);
    Series shared = insert(other, false);
    if (shared == null) {
      shared = insert(last, true);
      onLast.accept(labels, last);
    }
    return Objects.requireNonNull(shared);
  }

  private boolean hasRoom(String route) {
    return table.size < CONTESTED || shares.getOrDefault(route, 0) < ROUTE_SHARE;
  }

  private boolean fits(Table current, String route) {
    int others = shares.getOrDefault(SeriesOverflow.OTHER, 0);
    return route.equals(SeriesOverflow.OTHER)
        ? others < RESERVED - 1
        : current.size - others < MAX_SERIES - RESERVED;
  }

  /** Returns the series of these labels, adds it if there is room, or returns null. */
  private @Nullable Series insert(RequestLabels labels, boolean regardless) {
    // Checked without the lock first: in an overflow, requests must not wait for the lock.
    Series found = table.find(labels);
    if (found != null || !(regardless || fits(table, labels.route))) {
      return found;
    }
    lock.lock();
    try {
      Table current = table;
      found = current.find(labels);
      if (found == null && (regardless || fits(current, labels.route))) {
        found =
            new Series(
                labels,
                names,
                kind == HistogramKind.CLASSIC ? null : histogram.labelValues(labels.values()),
                upperBounds);
        shares.put(labels.route, shares.getOrDefault(labels.route, 0) + 1);
        table = current.with(found);
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  /** Counts the route, or the label that makes a route exceed its share. */
  private void countOverflow(RequestLabels labels) {
    boolean ownShare = shares.getOrDefault(labels.route, 0) >= ROUTE_SHARE;
    int label =
        ownShare ? grownLabels.computeIfAbsent(labels.route, this::mostDistinct) : ROUTE_INDEX;
    overflow.count(RequestMetrics.DURATION, names[label], labels.values()[label]);
  }

  private int mostDistinct(String route) {
    int found = 0;
    int most = 0;
    for (int i = 0; i < names.length; i++) {
      int distinct = distinct(route, i);
      if (distinct > most) {
        most = distinct;
        found = i;
      }
    }
    return found;
  }

  private int distinct(String route, int label) {
    Set<String> values = new HashSet<>();
    for (Series series : table.slots) {
      if (series != null && series.key.route.equals(route)) {
        values.add(series.key.values()[label]);
      }
    }
    return values.size();
  }

  /** Returns the series with their exemplars. */
  HistogramSnapshot collect() {
    HistogramSnapshot library = histogram.collect();
    List<HistogramDataPointSnapshot> own = new ArrayList<>();
    Map<Labels, BucketExemplars> exemplars = new HashMap<>();
    for (Series series : table.slots) {
      if (series != null) {
        HistogramDataPointSnapshot point = series.snapshot();
        if (point != null) {
          own.add(point);
        }
        exemplars.put(series.labels, series.exemplars);
      }
    }
    return kind == HistogramKind.CLASSIC
        ? new HistogramSnapshot(library.getMetadata(), own)
        : HistogramKind.withExemplars(library, exemplars::get);
  }

  /** The slots, of which at most half are used, so that a probe ends soon. */
  private static final class Table {
    private final @Nullable Series[] slots;
    private final int size;

    Table(@Nullable Series[] slots, int size) {
      this.slots = slots;
      this.size = size;
    }

    @Nullable Series find(RequestLabels labels) {
      int mask = slots.length - 1;
      int index = labels.labelHash() & mask;
      while (true) {
        Series series = slots[index];
        if (series == null || series.key.sameAs(labels)) {
          return series;
        }
        index = (index + 1) & mask;
      }
    }

    @Nullable Series findSucceeded(
        String method, String route, int status, String scheme, String protocolVersion) {
      int mask = slots.length - 1;
      int index = RequestLabels.hashOfSuccess(method, route, status) & mask;
      while (true) {
        Series series = slots[index];
        if (series == null
            || (series.plain
                && series.key.isSuccess(method, route, status, scheme, protocolVersion))) {
          return series;
        }
        index = (index + 1) & mask;
      }
    }

    Table with(Series added) {
      int length = (size + 1) * 2 > slots.length ? slots.length * 2 : slots.length;
      @Nullable Series[] next = new @Nullable Series[length];
      for (Series series : slots) {
        if (series != null) {
          place(next, series);
        }
      }
      place(next, added);
      return new Table(next, size + 1);
    }

    private static void place(@Nullable Series[] slots, Series series) {
      int mask = slots.length - 1;
      int index = series.key.labelHash() & mask;
      while (slots[index] != null) {
        index = (index + 1) & mask;
      }
      slots[index] = series;
    }
  }
}
