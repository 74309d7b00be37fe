/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Finds the time series of a request by its labels, and bounds how many there are.
 *
 * <p>Most labels come from closed sets; a route, a status and an error come from the application.
 * So the bound holds against mistakes, such as a router that reports raw paths. A client alone does
 * not reach it.
 */
final class SeriesTable {
  /** All series of the histogram together (promise P9). */
  static final int MAX_SERIES = 1_000;

  /**
   * Series kept free for {@link #OTHER_ROUTE}, so that no request is lost when the rest is used.
   */
  static final int RESERVED = 100;

  /** Where requests are counted whose route found no room of its own. */
  static final String OTHER_ROUTE = "_other";

  private static final Logger LOGGER = System.getLogger(SeriesTable.class.getName());

  /*
   * After warm-up every request asks for a series that is there, so the table is open addressing
   * over an array that is replaced, never changed: the common path is one volatile read, the hash
   * of strings that keep theirs, and comparisons that mostly succeed by identity. It allocates
   * nothing, where the library's own lookup makes an array of label values for each request.
   */
  private volatile Table table = new Table(new @Nullable Series[64], 0);

  private final ReentrantLock lock = new ReentrantLock();
  private final Histogram histogram;
  private final String[] names;
  private final double[] upperBounds;

  /** The one series that is always there: when even {@link #OTHER_ROUTE} has no room. */
  private final RequestLabels last = new RequestLabels().withRoute(OTHER_ROUTE);

  private final LongAdder overflow = new LongAdder();
  private final AtomicBoolean overflowTold = new AtomicBoolean();

  SeriesTable(Histogram histogram, List<String> extraNames, double[] upperBounds) {
    this.histogram = histogram;
    this.names = RequestLabels.names(extraNames);
    this.last.extra = new String[extraNames.size()];
    Arrays.fill(last.extra, RequestExtras.OTHER);
    this.upperBounds = upperBounds;
  }

  Series find(RequestLabels labels) {
    Series found = table.find(labels);
    return found != null ? found : admit(labels);
  }

  private Series admit(RequestLabels labels) {
    Series admitted = insert(labels, MAX_SERIES - RESERVED);
    if (admitted != null) {
      return admitted;
    }
    overflow.increment();
    tellOnce(labels);
    RequestLabels other = labels.withRoute(OTHER_ROUTE);
    Series shared = table.find(other);
    if (shared == null) {
      shared = insert(other, MAX_SERIES - 1);
    }
    if (shared == null) {
      shared = insert(last, Integer.MAX_VALUE);
    }
    return Objects.requireNonNull(shared);
  }

  /** Adds a series, or returns the one that is there, or null when the table holds {@code max}. */
  private @Nullable Series insert(RequestLabels labels, int max) {
    // Looked at without the lock first: an overflow must not make every request wait for it.
    if (table.size >= max) {
      return table.find(labels);
    }
    lock.lock();
    try {
      Table current = table;
      Series found = current.find(labels);
      if (found == null && current.size < max) {
        found = new Series(labels, names, histogram.labelValues(labels.values()), upperBounds);
        table = current.with(found);
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  private void tellOnce(RequestLabels labels) {
    if (overflowTold.compareAndSet(false, true)) {
      LOGGER.log(
          Level.WARNING,
          "Requests beyond {0} series of {1} are counted together under the route \"{2}\". The label"
              + " that grew is most likely http_route, for example \"{3}\": routes must be patterns,"
              + " not paths.",
          MAX_SERIES - RESERVED,
          RequestMetrics.DURATION,
          OTHER_ROUTE,
          Text.label(labels.route));
    }
  }

  /** Returns how many requests were counted under {@link #OTHER_ROUTE} for want of room. */
  long overflow() {
    return overflow.sum();
  }

  /** Returns the snapshot with the exemplars that the table kept. */
  HistogramSnapshot withExemplars(HistogramSnapshot snapshot) {
    Map<Labels, Series> byLabels = new HashMap<>();
    for (Series series : table.slots) {
      if (series != null) {
        byLabels.put(series.labels, series);
      }
    }
    HistogramSnapshot.Builder builder =
        HistogramSnapshot.builder()
            .name(snapshot.getMetadata().getName())
            .help(snapshot.getMetadata().getHelp())
            .unit(snapshot.getMetadata().getUnit());
    for (HistogramDataPointSnapshot point : snapshot.getDataPoints()) {
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
