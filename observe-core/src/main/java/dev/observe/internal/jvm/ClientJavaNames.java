/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmClassLoadingMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmCompilationMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmNativeMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** The collectors of Prometheus's Java client, whose jar is optional. */
public final class ClientJavaNames implements JvmMetrics.Source {
  private final PrometheusRegistry collectors = new PrometheusRegistry();
  private final PoolAllocation allocation = new PoolAllocation(collectors);
  private final GcListener listener = new GcListener(allocation);

  /** One by one: the library's bundle remembers each registry for good, and see PoolAllocation. */
  public ClientJavaNames() {
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

  @Override
  public MetricSnapshots collect() {
    return collectors.scrape();
  }

  @Override
  public void start() {
    listener.start();
  }

  @Override
  public void close() {
    listener.close();
  }
}
