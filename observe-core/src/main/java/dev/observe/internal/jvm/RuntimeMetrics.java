/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

import dev.observe.internal.util.Snapshots;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Memory, buffers, threads and classes of the JVM, as the semantic conventions name them. */
final class RuntimeMetrics {
  private static final String POOL = "jvm_memory_pool_name";
  private static final String TYPE = "jvm_memory_type";

  private RuntimeMetrics() {}

  static void collect(SnapshotList all) {
    memory(all);
    buffers(all);
    threads(all);
    classes(all);
  }

  private static void memory(SnapshotList all) {
    pools(all, "jvm_memory_used_bytes", "Memory used.", MemoryUsage::getUsed);
    pools(all, "jvm_memory_committed_bytes", "Memory committed.", MemoryUsage::getCommitted);
    pools(all, "jvm_memory_limit_bytes", "Max obtainable memory.", MemoryUsage::getMax);
    pools(
        all,
        "jvm_memory_used_after_last_gc_bytes",
        "Memory used, as measured after the most recent garbage collection on this pool.",
        MemoryPoolMXBean::getCollectionUsage,
        MemoryUsage::getUsed);
  }

  private static void pools(
      SnapshotList all, String name, String help, ToLongFunction<MemoryUsage> value) {
    pools(all, name, help, MemoryPoolMXBean::getUsage, value);
  }

  private static void pools(
      SnapshotList all,
      String name,
      String help,
      Function<MemoryPoolMXBean, @Nullable MemoryUsage> usage,
      ToLongFunction<MemoryUsage> value) {
    GaugeSnapshot.Builder pools = GaugeSnapshot.builder().name(name).help(help);
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage measured = usage.apply(pool);
      // Null for a pool without garbage collection, -1 for a pool without a limit.
      if (measured != null && value.applyAsLong(measured) >= 0) {
        String type = pool.getType() == MemoryType.HEAP ? "heap" : "non_heap";
        Labels labels = Labels.of(TYPE, type, POOL, pool.getName());
        pools.dataPoint(Snapshots.gaugePoint(labels, (double) value.applyAsLong(measured)));
      }
    }
    all.add(pools.build());
  }

  private static void buffers(SnapshotList all) {
    GaugeSnapshot.Builder used =
        GaugeSnapshot.builder()
            .name("jvm_buffer_memory_used_bytes")
            .help("Memory used by buffers.");
    GaugeSnapshot.Builder limit =
        GaugeSnapshot.builder()
            .name("jvm_buffer_memory_limit_bytes")
            .help("Total memory capacity of buffers.");
    Map<Labels, Long> counts = new TreeMap<>();
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      Labels labels = Labels.of("jvm_buffer_pool_name", pool.getName());
      used.dataPoint(Snapshots.gaugePoint(labels, (double) pool.getMemoryUsed()));
      limit.dataPoint(Snapshots.gaugePoint(labels, (double) pool.getTotalCapacity()));
      counts.put(labels, pool.getCount());
    }
    all.add(used.build());
    all.add(limit.build());
    all.count("jvm_buffer_count", "Number of buffers in the pool.", counts);
  }

  private static void threads(SnapshotList all) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Map<Labels, Long> counts = new TreeMap<>();
    for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (thread != null) {
        counts.merge(
            Labels.of(
                "jvm_thread_daemon",
                Boolean.toString(thread.isDaemon()),
                "jvm_thread_state",
                thread.getThreadState().name().toLowerCase(Locale.ROOT)),
            1L,
            Long::sum);
      }
    }
    all.count("jvm_thread_count", "Number of executing platform threads.", counts);
  }

  private static void classes(SnapshotList all) {
    ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
    all.counter(
        "jvm_class_loaded",
        "Number of classes loaded since JVM start.",
        (double) classes.getTotalLoadedClassCount());
    all.counter(
        "jvm_class_unloaded",
        "Number of classes unloaded since JVM start.",
        (double) classes.getUnloadedClassCount());
    all.count(
        "jvm_class_count", "Number of classes currently loaded.", classes.getLoadedClassCount());
  }
}
