/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

import static dev.observe.internal.jvm.Snapshots.counter;
import static dev.observe.internal.jvm.Snapshots.gauge;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * CPU time, load, memory and open files from the module {@code jdk.management}; metrics without a
 * value are omitted. Without that module the class must not be loaded.
 */
final class SystemMetrics {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private SystemMetrics() {}

  static void collect(MetricSnapshots.Builder all) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      processor(all, system);
    }
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      all.metricSnapshot(
          gauge(
              "process_open_fds",
              "Number of open file descriptors.",
              (double) unix.getOpenFileDescriptorCount()));
      all.metricSnapshot(
          gauge(
              "process_max_fds",
              "Maximum number of open file descriptors.",
              (double) unix.getMaxFileDescriptorCount()));
    }
  }

  private static void processor(MetricSnapshots.Builder all, OperatingSystemMXBean system) {
    if (system.getProcessCpuTime() >= 0) {
      double seconds = system.getProcessCpuTime() / NANOS;
      all.metricSnapshot(
          counter(
              "jvm_cpu_time_seconds",
              "CPU time used by the process as reported by the JVM.",
              seconds));
      all.metricSnapshot(
          counter(
              "process_cpu_seconds", "Total user and system CPU time spent in seconds.", seconds));
    }
    ratio(
        all,
        "jvm_cpu_recent_utilization_ratio",
        "Recent CPU utilization for the process as reported by the JVM.",
        system.getProcessCpuLoad());
    environment(all, system);
  }

  /** Adds the load and memory of the container if it has limits, else of the machine. */
  private static void environment(MetricSnapshots.Builder all, OperatingSystemMXBean system) {
    ratio(
        all,
        "jvm_system_cpu_utilization_ratio",
        "Recent CPU utilization for the whole container or machine as reported by the JVM.",
        system.getCpuLoad());
    double limit = system.getTotalMemorySize();
    if (limit > 0) {
      all.metricSnapshot(
          gauge(
              "system_memory_limit_bytes",
              "Memory that the container may use, or that the machine has.",
              limit));
      all.metricSnapshot(
          gauge(
              "system_memory_usage_bytes",
              "Memory in use in the container, or in the machine.",
              limit - system.getFreeMemorySize()));
    }
  }

  private static void ratio(
      MetricSnapshots.Builder all, String name, String help, double utilization) {
    // Unknown values are negative, or NaN in some JVMs.
    if (utilization >= 0) {
      all.metricSnapshot(gauge(name, help, utilization));
    }
  }
}
