/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import dev.observe.internal.util.FatalErrors;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Holds one collector of a kind for each registry, which all filters or clients share: a registry
 * accepts a name once.
 *
 * @param <T> the collector
 */
public final class PerRegistry<T extends MultiCollector> {
  /** One for each kind of collector; each exists as long as this class. */
  private static final List<PerRegistry<?>> KINDS = new CopyOnWriteArrayList<>();

  private final Map<PrometheusRegistry, Shared<T>> all = new WeakHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  /** Creates the map of one kind of collector, for a static field. */
  public PerRegistry() {
    KINDS.add(this);
  }

  /** Unregisters the collectors of all kinds from a registry. */
  static void removeAll(PrometheusRegistry registry) {
    KINDS.forEach(kind -> kind.remove(registry));
  }

  /**
   * Returns the collector of a registry; the first call creates and registers it.
   *
   * @throws IllegalArgumentException if another collector has registered one of its names
   */
  public T acquire(PrometheusRegistry registry, Supplier<T> maker) {
    lock.lock();
    try {
      Shared<T> shared = all.get(registry);
      if (shared == null) {
        shared = new Shared<>(maker.get());
        register(registry, shared.collector);
        all.put(registry, shared);
      }
      shared.users++;
      return shared.collector;
    } finally {
      lock.unlock();
    }
  }

  private static void register(PrometheusRegistry registry, MultiCollector collector) {
    try {
      // The registry accepts a second collector of a name if its labels are others.
      String taken = taken(registry, Set.copyOf(collector.getPrometheusNames()));
      if (!taken.isEmpty()) {
        throw new IllegalArgumentException("it has " + taken);
      }
      registry.register(collector);
    } catch (IllegalArgumentException | IllegalStateException e) {
      // Before 1.5 the registry throws the second one.
      throw new IllegalArgumentException(
          "registry must not contain another collector of "
              + String.join(", ", collector.getPrometheusNames())
              + " ("
              + e.getMessage()
              + "); unregister that collector, or use another registry",
          e);
    }
  }

  private static String taken(PrometheusRegistry registry, Set<String> names) {
    try {
      MetricSnapshots others = registry.scrape(names::contains);
      return others.size() == 0 ? "" : others.get(0).getMetadata().getPrometheusName();
    } catch (Throwable e) {
      FatalErrors.rethrow(e);
      // A collector without a name throws; the page omits and counts it.
      return "";
    }
  }

  /** Unregisters the collector when each caller of {@link #acquire} has released it. */
  public void release(PrometheusRegistry registry) {
    lock.lock();
    try {
      Shared<T> shared = all.get(registry);
      if (shared != null && --shared.users == 0) {
        remove(registry);
      }
    } finally {
      lock.unlock();
    }
  }

  private void remove(PrometheusRegistry registry) {
    lock.lock();
    try {
      Shared<T> shared = all.remove(registry);
      if (shared != null) {
        registry.unregister(shared.collector);
      }
    } finally {
      lock.unlock();
    }
  }

  private static final class Shared<T> {
    final T collector;
    int users;

    Shared(T collector) {
      this.collector = collector;
    }
  }
}
