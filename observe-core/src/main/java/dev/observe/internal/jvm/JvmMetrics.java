/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

import dev.observe.JvmNames;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's and the process's own figures, as one collector, so that they can be taken off a
 * registry again. Any number of threads may scrape.
 *
 * @since 0.1
 */
public final class JvmMetrics implements MultiCollector {
  private static final Logger LOGGER = System.getLogger(JvmMetrics.class.getName());

  /** Where figures come from, some of them by events between start and close. */
  public interface Source extends AutoCloseable {
    void start();

    MetricSnapshots collect();

    /** Returns the names of all that may be collected, as the registry knows them. */
    default List<String> names() {
      return collect().stream()
          .map(snapshot -> snapshot.getMetadata().getPrometheusName())
          .toList();
    }

    @Override
    void close();
  }

  private final Source source;
  private @Nullable PrometheusRegistry registry;

  private JvmMetrics(Source source) {
    this.source = source;
  }

  /**
   * Makes them, without a registry so far.
   *
   * @throws IllegalArgumentException if the names are client_java's and its jar is missing
   */
  public static JvmMetrics create(JvmNames names) {
    return new JvmMetrics(names.source());
  }

  /** Adds them to a registry, unless that has a metric of one of their names already. */
  public void register(PrometheusRegistry to) {
    // The registry would take a name twice, and every scrape would fail over it.
    if (to.scrape(getPrometheusNames()::contains).size() > 0) {
      LOGGER.log(Level.INFO, "The registry has JVM metrics already; observe adds none.");
      return;
    }
    to.register(this);
    registry = to;
    source.start();
  }

  /** Takes them off the registry again. */
  public void unregister() {
    PrometheusRegistry from = registry;
    registry = null;
    if (from != null) {
      from.unregister(this);
      source.close();
    }
  }

  @Override
  public MetricSnapshots collect() {
    return source.collect();
  }

  @Override
  public List<String> getPrometheusNames() {
    return source.names();
  }
}
