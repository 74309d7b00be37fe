/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import dev.observe.internal.exposition.PageMetrics.Failure;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.NanoClock;
import dev.observe.internal.util.RateLimitedLog;
import dev.observe.internal.versions.Capabilities;
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

/** Collects the registry and all other sources into one set of snapshots with unique names. */
public final class PageSources {
  /** The maximum number of partial scrapes to find the collectors that throw. */
  private static final int MAX_ISOLATION_SCRAPES = 200;

  private final PrometheusRegistry registry;
  private final PageMetrics metrics;

  /** Counts the failures of other reads than scrapes, and is not on the page. */
  private final PageMetrics uncounted = new PageMetrics();

  private final RateLimitedLog log;
  private final List<MultiCollector> more = new CopyOnWriteArrayList<>();

  /** Returns the sources for a reader other than a page, which calls {@link #collectUncounted}. */
  public static PageSources create(PrometheusRegistry registry, List<MultiCollector> more) {
    RateLimitedLog log =
        new RateLimitedLog(System.getLogger(PageSources.class.getName()), NanoClock.SYSTEM);
    PageSources sources = new PageSources(registry, new PageMetrics(), log);
    for (MultiCollector source : more) {
      sources.add(source);
    }
    return sources;
  }

  PageSources(PrometheusRegistry registry, PageMetrics metrics, RateLimitedLog log) {
    this.registry = registry;
    this.metrics = metrics;
    this.log = log;
  }

  void add(MultiCollector source) {
    more.add(source);
  }

  void clear() {
    more.clear();
  }

  /**
   * Collects the metrics for one scrape.
   *
   * @throws RuntimeException if the registry as a whole cannot be scraped
   */
  MetricSnapshots collect(Predicate<String> filter) {
    return collect(filter, metrics);
  }

  /**
   * Collects the same metrics for another reader; the page's metrics do not count its failures.
   *
   * @throws RuntimeException if the registry as a whole cannot be scraped
   */
  public MetricSnapshots collectUncounted(Predicate<String> filter) {
    return collect(filter, uncounted);
  }

  private MetricSnapshots collect(Predicate<String> filter, PageMetrics counts) {
    Merge merge = new Merge(counts);
    merge.add(registry, registrySnapshots(filter, counts));
    for (MultiCollector source : more) {
      try {
        merge.add(source, source.collect(filter));
      } catch (Throwable e) {
        FatalErrors.rethrow(e);
        sourceFailed("source", e, counts);
      }
    }
    // Last, so that this page shows its own failures.
    merge.add(metrics, metrics.collect(filter));
    return new MetricSnapshots(merge.snapshots);
  }

  private Iterable<MetricSnapshot> registrySnapshots(Predicate<String> filter, PageMetrics counts) {
    try {
      return filter == MetricNameFilter.ALLOW_ALL ? registry.scrape() : registry.scrape(filter);
    } catch (Throwable e) {
      FatalErrors.rethrow(e);
      // The exception of the library does not name the collector.
      return new Isolation(counts).scrape(filter);
    }
  }

  private void sourceFailed(String which, Throwable failure, PageMetrics counts) {
    counts.scrapeFailed(Failure.SOURCE);
    log.warn(
        "A source of metrics failed and is omitted from the page",
        which + ", " + RateLimitedLog.describe(failure));
  }

  /**
   * Finds the metrics that make a scrape of the registry fail, by bisection.
   *
   * <p>If one collector throws, or two collectors have different types under one name, the whole
   * scrape of the registry throws, and the registry cannot list its collectors. But it calls the
   * filter for each name before it collects. So a filter that rejects all names records them; then
   * each half of the names is scraped, and a half that fails is bisected. One bad collector among n
   * costs about 2 log n partial scrapes, or three times a full scrape, while it fails. The registry
   * collects a collector without names for every filter; if such a collector throws, there is no
   * page.
   */
  private final class Isolation {
    private final PageMetrics counts;
    private final List<MetricSnapshot> found = new ArrayList<>();
    private int scrapes;

    Isolation(PageMetrics counts) {
      this.counts = counts;
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
      bisect(List.copyOf(names));
      return found;
    }

    private void bisect(List<String> names) {
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
          throw new IllegalStateException("too many collectors fail to find each of them");
        }
        registry.scrape(Set.copyOf(names)::contains).forEach(found::add);
      } catch (Throwable e) {
        FatalErrors.rethrow(e);
        if (names.size() == 1 || scrapes > MAX_ISOLATION_SCRAPES) {
          sourceFailed(names.get(0), e, counts);
        } else {
          bisect(names);
        }
      }
    }
  }

  /** Merges snapshots: each name belongs to the first source that has it. */
  private final class Merge {
    private final PageMetrics counts;
    final List<MetricSnapshot> snapshots = new ArrayList<>();
    private final Map<String, Object> owners = new HashMap<>();

    Merge(PageMetrics counts) {
      this.counts = counts;
    }

    void add(Object source, Iterable<MetricSnapshot> added) {
      for (MetricSnapshot snapshot : added) {
        String name = snapshot.getMetadata().getPrometheusName();
        // One source may have a name several times with different labels: the writers merge them.
        Object owner = owners.putIfAbsent(name, source);
        if (owner == null || (owner == source && !isDuplicate(name, snapshot))) {
          snapshots.add(snapshot);
        } else {
          counts.metricConflicted();
          log.warn(
              "Two sources have a metric of the same name; the page omits the later one", name);
        }
      }
    }

    /**
     * Returns whether a series of the snapshot exists already, for which the writers would throw.
     */
    private boolean isDuplicate(String name, MetricSnapshot snapshot) {
      if (!Capabilities.sharedNames()) {
        return true;
      }
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
