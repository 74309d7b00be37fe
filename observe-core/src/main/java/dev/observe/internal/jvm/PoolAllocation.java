/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.management.MemoryUsage;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The bytes allocated in each memory pool, from what the garbage collectors tell after each run.
 *
 * <p>The library's collector of the same name, help and arithmetic never takes its listeners back
 * from the JVM, which then keeps every redeployed application's classes.
 */
final class PoolAllocation implements Consumer<GarbageCollectionNotificationInfo> {
  private final Counter allocated =
      Counter.builder()
          .name("jvm_memory_pool_allocated_bytes_total")
          .help(
              "Total bytes allocated in a given JVM memory pool. Only updated after GC, not"
                  + " continuously.")
          .labelNames("pool")
          .withoutExemplars()
          .build();

  private final Map<String, Long> usedAfterLast = new HashMap<>();

  PoolAllocation(PrometheusRegistry registry) {
    registry.register(allocated);
  }

  @Override
  public synchronized void accept(GarbageCollectionNotificationInfo run) {
    Map<String, MemoryUsage> after = run.getGcInfo().getMemoryUsageAfterGc();
    run.getGcInfo()
        .getMemoryUsageBeforeGc()
        .forEach(
            (pool, before) -> {
              MemoryUsage left = after.get(pool);
              if (left != null) {
                count(pool, before.getUsed(), left.getUsed());
              }
            });
  }

  private void count(String pool, long before, long after) {
    Long last = usedAfterLast.put(pool, after);
    // Since the run before, and what a run itself moves into the pool.
    long grown = Math.max(0, before - (last == null ? 0 : last)) + Math.max(0, after - before);
    if (grown > 0) {
      allocated.labelValues(pool).inc(grown);
    }
  }
}
