/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

import static dev.observe.internal.jvm.Snapshots.count;
import static dev.observe.internal.jvm.Snapshots.counter;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's figures by the semantic conventions 1.44.0 ({@code jvm-metrics.md}): all that are
 * stable, and the buffers. The process's by the names that every Prometheus client gives them.
 */
public final class SemconvJvmMetrics implements JvmMetrics.Source {
  private static final String POOL = "jvm_memory_pool_name";
  private static final String TYPE = "jvm_memory_type";

  /**
   * All that {@link #collect} may give. The registry asks for the names at the start, when to
   * collect would load half of the JVM's management: 40 ms.
   */
  private static final List<String> NAMES =
      List.of(
          "jvm_memory_used_bytes",
          "jvm_memory_committed_bytes",
          "jvm_memory_limit_bytes",
          "jvm_memory_used_after_last_gc_bytes",
          "jvm_buffer_memory_used_bytes",
          "jvm_buffer_memory_limit_bytes",
          "jvm_buffer_count",
          "jvm_thread_count",
          "jvm_class_loaded",
          "jvm_class_unloaded",
          "jvm_class_count",
          "jvm_gc_duration_seconds",
          "jvm_cpu_count",
          "process_start_time_seconds",
          "jvm_cpu_time_seconds",
          "process_cpu_seconds",
          "jvm_cpu_recent_utilization_ratio",
          "jvm_system_cpu_utilization_ratio",
          "system_memory_limit_bytes",
          "system_memory_usage_bytes",
          "process_open_fds",
          "process_max_fds",
          "process_virtual_memory_bytes",
          "process_resident_memory_bytes");

  private final Histogram gcDuration =
      Histogram.builder()
          .name("jvm_gc_duration_seconds")
          .help("Duration of JVM garbage collection actions.")
          .labelNames("jvm_gc_action", "jvm_gc_name")
          .classicOnly()
          .classicUpperBounds(0.01, 0.1, 1, 10)
          .withoutExemplars()
          .build();

  private final GcListener listener = new GcListener(this::collected);

  private void collected(GarbageCollectionNotificationInfo run) {
    gcDuration
        .labelValues(run.getGcAction(), run.getGcName())
        .observe(run.getGcInfo().getDuration() / (double) TimeUnit.SECONDS.toMillis(1));
  }

  @Override
  public List<String> names() {
    return NAMES;
  }

  @Override
  public void start() {
    listener.start();
  }

  @Override
  public void close() {
    listener.close();
  }

  @Override
  public MetricSnapshots collect() {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    memory(all);
    buffers(all);
    threads(all);
    classes(all);
    all.metricSnapshot(gcDuration.collect());
    ProcessMetrics.collect(all);
    return all.build();
  }

  private static void memory(MetricSnapshots.Builder all) {
    all.metricSnapshot(
        pools("jvm_memory_used_bytes", "Memory used.", MemoryPoolMXBean::getUsage, USED));
    all.metricSnapshot(
        pools(
            "jvm_memory_committed_bytes",
            "Memory committed.",
            MemoryPoolMXBean::getUsage,
            MemoryUsage::getCommitted));
    all.metricSnapshot(
        pools(
            "jvm_memory_limit_bytes",
            "Max obtainable memory.",
            MemoryPoolMXBean::getUsage,
            MemoryUsage::getMax));
    all.metricSnapshot(
        pools(
            "jvm_memory_used_after_last_gc_bytes",
            "Memory used, as measured after the most recent garbage collection on this pool.",
            MemoryPoolMXBean::getCollectionUsage,
            USED));
  }

  private static final Function<MemoryUsage, Long> USED = MemoryUsage::getUsed;

  private static GaugeSnapshot pools(
      String name,
      String help,
      Function<MemoryPoolMXBean, @Nullable MemoryUsage> usage,
      Function<MemoryUsage, Long> figure) {
    GaugeSnapshot.Builder pools = GaugeSnapshot.builder().name(name).help(help);
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage measured = usage.apply(pool);
      // Null where a pool is not collected, and -1 where there is no limit.
      if (measured != null && figure.apply(measured) >= 0) {
        String type = pool.getType() == MemoryType.HEAP ? "heap" : "non_heap";
        pools.dataPoint(point(Labels.of(TYPE, type, POOL, pool.getName()), figure.apply(measured)));
      }
    }
    return pools.build();
  }

  private static void buffers(MetricSnapshots.Builder all) {
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
      used.dataPoint(point(labels, pool.getMemoryUsed()));
      limit.dataPoint(point(labels, pool.getTotalCapacity()));
      counts.put(labels, pool.getCount());
    }
    all.metricSnapshot(used.build());
    all.metricSnapshot(limit.build());
    all.metricSnapshot(count("jvm_buffer_count", "Number of buffers in the pool.", counts));
  }

  private static GaugeDataPointSnapshot point(Labels labels, long value) {
    return GaugeDataPointSnapshot.builder().labels(labels).value((double) value).build();
  }

  private static void threads(MetricSnapshots.Builder all) {
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
    all.metricSnapshot(count("jvm_thread_count", "Number of executing platform threads.", counts));
  }

  private static void classes(MetricSnapshots.Builder all) {
    ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
    all.metricSnapshot(
        counter(
            "jvm_class_loaded",
            "Number of classes loaded since JVM start.",
            (double) classes.getTotalLoadedClassCount()));
    all.metricSnapshot(
        counter(
            "jvm_class_unloaded",
            "Number of classes unloaded since JVM start.",
            (double) classes.getUnloadedClassCount()));
    all.metricSnapshot(
        count(
            "jvm_class_count",
            "Number of classes currently loaded.",
            Map.of(Labels.EMPTY, (long) classes.getLoadedClassCount())));
  }
}
