/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * CPU time, load, memory and open files from the module {@code jdk.management}; metrics without a
 * value are omitted. Without that module the class must not be loaded.
 */
final class SystemMetrics {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private SystemMetrics() {}

  static void collect(SnapshotList all) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      processor(all, system);
      memory(all, system);
    }
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      all.gauge(
          "process_open_fds",
          "Number of open file descriptors.",
          unix.getOpenFileDescriptorCount());
      all.gauge(
          "process_max_fds",
          "Maximum number of open file descriptors.",
          unix.getMaxFileDescriptorCount());
    }
  }

  private static void processor(SnapshotList all, OperatingSystemMXBean system) {
    if (system.getProcessCpuTime() >= 0) {
      double seconds = system.getProcessCpuTime() / NANOS;
      all.counter(
          "jvm_cpu_time_seconds", "CPU time used by the process as reported by the JVM.", seconds);
      all.counter(
          "process_cpu_seconds", "Total user and system CPU time spent in seconds.", seconds);
    }
    all.gauge(
        "jvm_cpu_recent_utilization_ratio",
        "Recent CPU utilization for the process as reported by the JVM.",
        system.getProcessCpuLoad());
    all.gauge(
        "jvm_system_cpu_utilization_ratio",
        "Recent CPU utilization for the whole container or machine as reported by the JVM.",
        system.getCpuLoad());
  }

  /** Adds the memory of the container if it has limits, else of the machine. */
  private static void memory(SnapshotList all, OperatingSystemMXBean system) {
    double limit = system.getTotalMemorySize();
    if (limit > 0) {
      all.gauge(
          "system_memory_limit_bytes",
          "Memory that the container may use, or that the machine has.",
          limit);
      all.gauge(
          "system_memory_usage_bytes",
          "Memory in use in the container, or in the machine.",
          limit - system.getFreeMemorySize());
    }
  }
}
