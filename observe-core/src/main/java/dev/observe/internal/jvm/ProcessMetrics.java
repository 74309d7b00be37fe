/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

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
    memory(all);
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
