/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects the metrics of the JVM and the process, and can be removed from a registry again.
 *
 * <p>JVM metrics have the names of the semantic conventions 1.44.0 ({@code jvm-metrics.md}): all
 * stable ones, and the buffers. Process metrics have the names that every Prometheus client uses.
 *
 * <p>Any number of threads may scrape.
 */
public final class JvmMetrics implements MultiCollector {
  private static final Logger LOGGER = System.getLogger(JvmMetrics.class.getName());

  private static final String GC_DURATION = "jvm_gc_duration_seconds";

  /** The names that need the module {@code jdk.management}. */
  private static final List<String> EXTENDED_NAMES =
      List.of(
          GC_DURATION,
          "jvm_cpu_time_seconds",
          "process_cpu_seconds",
          "jvm_cpu_recent_utilization_ratio",
          "jvm_system_cpu_utilization_ratio",
          "system_memory_limit_bytes",
          "system_memory_usage_bytes",
          "process_open_fds",
          "process_max_fds");

  /**
   * All names that {@link #collect} may return. The registry reads the names at the start, when a
   * collection would load half of the JVM's management classes: 40 ms.
   */
  private static final List<String> NAMES = names();

  private final Histogram gcDuration =
      Histogram.builder()
          .name(GC_DURATION)
          .help("Duration of JVM garbage collection actions.")
          .labelNames("jvm_gc_action", "jvm_gc_name")
          .classicOnly()
          .classicUpperBounds(0.01, 0.1, 1, 10)
          .withoutExemplars()
          .build();

  /** Null in a run-time image without the module {@code jdk.management}. */
  private final @Nullable GcListener listener =
      isExtended() ? new GcListener(this::collected) : null;

  private @Nullable PrometheusRegistry registry;

  /** Adds the metrics to a registry, unless it has a metric with one of their names already. */
  public void register(PrometheusRegistry to) {
    // The registry accepts a name twice, and then every scrape fails.
    if (to.scrape(NAMES::contains).size() > 0) {
      LOGGER.log(Level.INFO, "The registry has JVM metrics already; observe adds none.");
      return;
    }
    to.register(this);
    registry = to;
    if (listener != null) {
      listener.start();
    } else {
      LOGGER.log(
          Level.INFO,
          "The run-time image lacks the module jdk.management, and the page the metrics from it:"
              + " {0}. Add the module with jlink --add-modules.",
          String.join(", ", EXTENDED_NAMES));
    }
  }

  /** Removes the metrics from the registry; without effect if {@link #register} added none. */
  public void unregister() {
    PrometheusRegistry from = registry;
    registry = null;
    if (from != null) {
      from.unregister(this);
      if (listener != null) {
        listener.close();
      }
    }
  }

  private static boolean isExtended() {
    try {
      Class.forName(
          "com.sun.management.OperatingSystemMXBean", false, JvmMetrics.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>(EXTENDED_NAMES);
    names.addAll(
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
            "jvm_cpu_count",
            "process_start_time_seconds",
            "process_virtual_memory_bytes",
            "process_resident_memory_bytes"));
    return List.copyOf(names);
  }

  private void collected(String action, String collector, double seconds) {
    gcDuration.labelValues(action, collector).observe(seconds);
  }

  @Override
  public MetricSnapshots collect() {
    SnapshotList all = new SnapshotList();
    RuntimeMetrics.collect(all);
    ProcessMetrics.collect(all);
    if (listener != null) {
      all.add(gcDuration.collect());
      SystemMetrics.collect(all);
    }
    return all.build();
  }

  @Override
  public List<String> getPrometheusNames() {
    return NAMES;
  }
}
