/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import dev.observe.internal.instrument.HistogramKind;
import dev.observe.internal.instrument.SeriesOverflow;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
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
 * Finds the time series of a request by its labels, and bounds how many there are.
 *
 * <p>Most labels come from closed sets; a route, a status and an error come from the application.
 * So the cap holds against mistakes, such as a router that reports raw paths. A client cannot name
 * a route, but it can ask each route by every method: so each route has {@link #ROUTE_SHARE} series
 * for itself, and what is beyond that goes without when {@link #CONTESTED} are there. However many
 * of those a client has made, a route that is first used later gets its own.
 */
final class SeriesTable {
  /** All series of the histogram together (promise P9). */
  static final int MAX_SERIES = 1_000;

  /**
   * Series for {@link SeriesOverflow#OTHER} alone, so that no request is lost when the rest is
   * used; and it gets no more, so that what overflows with ever other statuses takes nothing from a
   * real route.
   */
  static final int RESERVED = 100;

  /** From here on a route that has its share gets no more. */
  static final int CONTESTED = 600;

  /** Such as GET 200, GET 404, POST 201 and an error. */
  static final int ROUTE_SHARE = 4;

  private static final int ROUTE_INDEX = RequestLabels.NAMES.indexOf(RequestLabels.ROUTE);

  /*
   * After warm-up every request asks for a series that is there, so the table is open addressing
   * over an array that is replaced, never changed: the common path is one volatile read, the hash
   * of strings that keep theirs, and comparisons that mostly succeed by identity. It allocates
   * nothing, where the library's own lookup makes an array of label values for each request.
   */
  private volatile Table table = new Table(new @Nullable Series[64], 0);

  private final ReentrantLock lock = new ReentrantLock();
  private final Histogram histogram;
  private final HistogramKind kind;
  private final String[] names;
  private final double[] upperBounds;

  /** The one series that is always there: when even {@link SeriesOverflow#OTHER} has no room. */
  private final RequestLabels last = new RequestLabels().withRoute(SeriesOverflow.OTHER);

  /** How many series each route has; of as many routes as there are series. */
  private final Map<String, Integer> shares = new ConcurrentHashMap<>();

  /** Which label has too many values, by route; it takes a look at all series to know. */
  private final Map<String, Integer> grownLabels = new ConcurrentHashMap<>();

  private final SeriesOverflow overflow;

  /** Is told what a request is and what it counts as, where that is not the same. */
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
   * Finds the series of a request that has neither an error nor labels of the application's own,
   * without labels to look it up by.
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

  private Series admit(RequestLabels asked) {
    // Only what is clean is kept, so a path of 8 KB that a router reports holds no 8 KB here.
    RequestLabels labels = asked.cleaned();
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

  /** Adds a series, or returns the one that is there, or null when there is no room for it. */
  private @Nullable Series insert(RequestLabels labels, boolean regardless) {
    // Looked at without the lock first: an overflow must not make every request wait for it.
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

  /** The label with too many values: the route, or what makes a route take more than its share. */
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
    HistogramSnapshot.Builder builder =
        HistogramSnapshot.builder()
            .name(library.getMetadata().getName())
            .help(library.getMetadata().getHelp())
            .unit(library.getMetadata().getUnit());
    Map<Labels, Series> byLabels = new HashMap<>();
    for (Series series : table.slots) {
      if (series != null) {
        HistogramDataPointSnapshot own = series.snapshot();
        if (own != null) {
          builder.dataPoint(own);
        }
        byLabels.put(series.labels, series);
      }
    }
    for (HistogramDataPointSnapshot point : library.getDataPoints()) {
      Series series = byLabels.get(point.getLabels());
      builder.dataPoint(
          series == null ? point : HistogramKind.withExemplars(point, series.exemplars()));
    }
    return builder.build();
  }

  /** The slots and how many are used; at most half, so that a probe ends soon. */
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
