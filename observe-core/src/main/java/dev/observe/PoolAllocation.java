/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.HashMap;
import java.util.Map;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * The bytes allocated in each memory pool, from what the garbage collectors tell after each run.
 *
 * <p>The library's collector of the same name, help and arithmetic never takes its listeners back
 * from the JVM, which then keeps every redeployed application's classes.
 */
final class PoolAllocation implements NotificationListener {
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

  void listen() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(this, null, null);
      }
    }
  }

  void stopListening() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        try {
          emitter.removeNotificationListener(this);
        } catch (ListenerNotFoundException e) {
          // It never listened.
        }
      }
    }
  }

  @Override
  public synchronized void handleNotification(Notification notification, Object handback) {
    GcInfo run =
        GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData())
            .getGcInfo();
    Map<String, MemoryUsage> after = run.getMemoryUsageAfterGc();
    run.getMemoryUsageBeforeGc()
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
