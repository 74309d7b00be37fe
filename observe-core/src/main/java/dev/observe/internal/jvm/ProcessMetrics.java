/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Metrics of this process from the operating system; metrics without a value are omitted. */
final class ProcessMetrics {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final double MILLIS = TimeUnit.SECONDS.toMillis(1);

  private ProcessMetrics() {}

  static void collect(SnapshotList all) {
    all.count(
        "jvm_cpu_count",
        "Number of processors available to the JVM.",
        Runtime.getRuntime().availableProcessors());
    all.gauge(
        "process_start_time_seconds",
        "Start time of the process since unix epoch in seconds.",
        ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      processor(all, system);
      memory(all, system);
    }
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      all.gauge(
          "process_open_fds",
          "Number of open file descriptors.",
          (double) unix.getOpenFileDescriptorCount());
      all.gauge(
          "process_max_fds",
          "Maximum number of open file descriptors.",
          (double) unix.getMaxFileDescriptorCount());
    }
    memory(all);
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

  /** Adds memory sizes from {@code /proc}, which exists on Linux. */
  private static void memory(SnapshotList all) {
    if (!Files.isReadable(STATUS)) {
      return;
    }
    try {
      List<String> lines = Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1);
      add(all, lines, "VmSize:", "process_virtual_memory_bytes", "Virtual memory size in bytes.");
      add(all, lines, "VmRSS:", "process_resident_memory_bytes", "Resident memory size in bytes.");
    } catch (IOException | NumberFormatException e) {
      // The file does not have Linux's format: the sizes are unknown.
    }
  }

  private static void add(
      SnapshotList all, List<String> lines, String key, String name, String help) {
    lines.stream()
        .filter(line -> line.startsWith(key) && line.endsWith(" kB"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .forEach(kilobytes -> all.gauge(name, help, 1_024.0 * kilobytes));
  }
}
