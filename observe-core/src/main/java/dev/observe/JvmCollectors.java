/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmClassLoadingMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmCompilationMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmNativeMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * The JVM's and the process's own figures, as one collector, so that they can be taken off a
 * registry again.
 */
final class JvmCollectors implements MultiCollector {
  private static final Logger LOGGER = System.getLogger(JvmCollectors.class.getName());

  private final PrometheusRegistry collectors = new PrometheusRegistry();
  private final PoolAllocation allocation = new PoolAllocation(collectors);
  private boolean registered;

  /** Registers them, unless the application has done so itself. */
  static JvmCollectors register(PrometheusRegistry registry, boolean enabled) {
    JvmCollectors jvm = new JvmCollectors();
    if (enabled) {
      fill(jvm.collectors);
      // The registry would take a name twice, and every scrape would fail over it.
      if (registry.scrape(jvm.getPrometheusNames()::contains).size() == 0) {
        registry.register(jvm);
        jvm.registered = true;
        jvm.allocation.listen();
      } else {
        LOGGER.log(Level.INFO, "The registry has JVM metrics already; observe adds none.");
      }
    }
    return jvm;
  }

  /** One by one: the library's bundle remembers each registry for good, and see PoolAllocation. */
  private static void fill(PrometheusRegistry collectors) {
    JvmThreadsMetrics.builder().register(collectors);
    JvmBufferPoolMetrics.builder().register(collectors);
    JvmClassLoadingMetrics.builder().register(collectors);
    JvmCompilationMetrics.builder().register(collectors);
    JvmGarbageCollectorMetrics.builder().register(collectors);
    JvmMemoryMetrics.builder().register(collectors);
    JvmNativeMemoryMetrics.builder().register(collectors);
    JvmRuntimeInfoMetric.builder().register(collectors);
    ProcessMetrics.builder().register(collectors);
  }

  void unregister(PrometheusRegistry registry) {
    if (registered) {
      registry.unregister(this);
      allocation.stopListening();
    }
  }

  @Override
  public MetricSnapshots collect() {
    return collectors.scrape();
  }

  @Override
  public List<String> getPrometheusNames() {
    return collectors.scrape().stream().map(JvmCollectors::name).toList();
  }

  private static String name(MetricSnapshot snapshot) {
    return snapshot.getMetadata().getPrometheusName();
  }
}
