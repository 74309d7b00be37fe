/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import dev.observe.internal.exposition.PageMetrics.Failure;
import dev.observe.internal.util.RateLimitedLog;
import io.prometheus.metrics.model.registry.MetricNameFilter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Collects the registry and all other sources into one set of snapshots in which no name clashes.
 */
public final class PageSources {
  /** How often one scrape asks the registry again to find out which of its collectors throws. */
  private static final int MAX_ISOLATION_SCRAPES = 200;

  private final PrometheusRegistry registry;
  private final PageMetrics figures;

  /** What a reader that is no scrape runs into is nobody's figure. */
  private final PageMetrics uncounted = new PageMetrics();

  private final RateLimitedLog log;
  private final List<MultiCollector> more = new CopyOnWriteArrayList<>();

  /** Returns the sources of a reader that is not a page; only {@link #look} is for it. */
  public static PageSources create(PrometheusRegistry registry, List<MultiCollector> more) {
    RateLimitedLog log =
        new RateLimitedLog(System.getLogger(PageSources.class.getName()), System::nanoTime);
    PageSources sources = new PageSources(registry, new PageMetrics(), log);
    more.forEach(sources::add);
    return sources;
  }

  PageSources(PrometheusRegistry registry, PageMetrics figures, RateLimitedLog log) {
    this.registry = registry;
    this.figures = figures;
    this.log = log;
  }

  void add(MultiCollector source) {
    more.add(source);
  }

  void clear() {
    more.clear();
  }

  /**
   * One page's worth of metrics.
   *
   * @throws RuntimeException if the registry as a whole cannot be scraped
   */
  MetricSnapshots collect(Predicate<String> filter) {
    return collect(filter, figures);
  }

  /**
   * The same metrics for a reader that is no scrape: what fails meanwhile is not counted as one.
   *
   * @throws RuntimeException if the registry as a whole cannot be scraped
   */
  public MetricSnapshots look(Predicate<String> filter) {
    return collect(filter, uncounted);
  }

  private MetricSnapshots collect(Predicate<String> filter, PageMetrics told) {
    Merge merge = new Merge(told);
    merge.add(registry, registrySnapshots(filter, told));
    for (MultiCollector source : more) {
      try {
        merge.add(source, source.collect(filter));
      } catch (Throwable e) {
        throwIfFatal(e);
        left("source", e, told);
      }
    }
    // Last, so that what went wrong on this page is told on this page.
    merge.add(figures, figures.collect(filter));
    return new MetricSnapshots(merge.snapshots);
  }

  private Iterable<MetricSnapshot> registrySnapshots(Predicate<String> filter, PageMetrics told) {
    try {
      return filter == MetricNameFilter.ALLOW_ALL ? registry.scrape() : registry.scrape(filter);
    } catch (Throwable e) {
      throwIfFatal(e);
      // Which collector it was, the library does not say.
      return new Isolation(told).scrape(filter);
    }
  }

  /** Everything else, checked exceptions thrown in disguise included, is a source's own trouble. */
  private static void throwIfFatal(Throwable failure) {
    if (failure instanceof VirtualMachineError error && !(failure instanceof StackOverflowError)) {
      throw error;
    }
  }

  private void left(String which, Throwable failure, PageMetrics told) {
    told.failed(Failure.SOURCE);
    log.warn(
        "A source of metrics failed and is left out of the page",
        which + ", " + RateLimitedLog.describe(failure));
  }

  /**
   * Finds the metrics that make a scrape of the registry fail, by halving.
   *
   * <p>One collector that throws, or two that bring different types under one name, make the
   * registry's scrape throw as a whole, and it has no way to list its collectors. It asks a filter
   * about each name before it collects, though. So the names are learned by a filter that refuses
   * them all, and then halves of them are scraped: a failing half is halved again. That costs one
   * bad collector among n about 2 log n partial scrapes, together three times a full one, and only
   * while it fails. A nameless collector is collected whatever the filter says; when such a one
   * throws, there is no page.
   */
  private final class Isolation {
    private final PageMetrics told;
    private final List<MetricSnapshot> found = new ArrayList<>();
    private int scrapes;

    Isolation(PageMetrics told) {
      this.told = told;
    }

    List<MetricSnapshot> scrape(Predicate<String> filter) {
      Set<String> names = new TreeSet<>();
      MetricSnapshots nameless =
          registry.scrape(
              name -> {
                if (filter.test(name)) {
                  names.add(name);
                }
                return false;
              });
      nameless.forEach(found::add);
      halve(List.copyOf(names));
      return found;
    }

    private void halve(List<String> names) {
      int middle = names.size() / 2;
      add(names.subList(0, middle));
      add(names.subList(middle, names.size()));
    }

    private void add(List<String> names) {
      if (names.isEmpty()) {
        return;
      }
      try {
        if (++scrapes > MAX_ISOLATION_SCRAPES) {
          throw new IllegalStateException("too many collectors fail to find out which");
        }
        registry.scrape(Set.copyOf(names)::contains).forEach(found::add);
      } catch (Throwable e) {
        throwIfFatal(e);
        if (names.size() == 1 || scrapes > MAX_ISOLATION_SCRAPES) {
          left(names.get(0), e, told);
        } else {
          halve(names);
        }
      }
    }
  }

  /** Snapshots in which each name belongs to the source that brought it first. */
  private final class Merge {
    private final PageMetrics told;
    final List<MetricSnapshot> snapshots = new ArrayList<>();
    private final Map<String, Object> owners = new HashMap<>();

    Merge(PageMetrics told) {
      this.told = told;
    }

    void add(Object source, Iterable<MetricSnapshot> brought) {
      for (MetricSnapshot snapshot : brought) {
        String name = snapshot.getMetadata().getPrometheusName();
        // One source may bring a name several times, with different labels: the writers merge that.
        Object owner = owners.putIfAbsent(name, source);
        if (owner == null || (owner == source && !bringsAgain(name, snapshot))) {
          snapshots.add(snapshot);
        } else {
          told.conflicted();
          log.warn("Two sources bring one metric, the later is left out of the page", name);
        }
      }
    }

    /** Whether a series of the snapshot is there already: the writers would throw over it. */
    private boolean bringsAgain(String name, MetricSnapshot snapshot) {
      Set<Labels> known = new HashSet<>();
      for (MetricSnapshot earlier : snapshots) {
        if (earlier.getMetadata().getPrometheusName().equals(name)) {
          earlier.getDataPoints().forEach(point -> known.add(point.getLabels()));
        }
      }
      return snapshot.getDataPoints().stream().anyMatch(point -> known.contains(point.getLabels()));
    }
  }
}
