/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.OperatingSystemMXBean;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class JvmMetricsTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final JvmMetrics metrics = new JvmMetrics();

  @BeforeEach
  void register() {
    metrics.register(registry);
  }

  @AfterEach
  void unregister() {
    metrics.unregister();
  }

  private MetricSnapshot metric(String name) {
    return registry.scrape().stream()
        .filter(snapshot -> snapshot.getMetadata().getPrometheusName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name));
  }

  private List<GaugeDataPointSnapshot> gauge(String name) {
    return ((GaugeSnapshot) metric(name)).getDataPoints();
  }

  private double sum(String name, String label, String value) {
    return gauge(name).stream()
        .filter(point -> value.equals(point.getLabels().get(label)))
        .mapToDouble(GaugeDataPointSnapshot::getValue)
        .sum();
  }

  private double count(String name, Labels labels) {
    return ((UnknownSnapshot) metric(name))
        .getDataPoints().stream()
            .filter(point -> point.getLabels().equals(labels))
            .mapToDouble(UnknownDataPointSnapshot::getValue)
            .sum();
  }

  private double counter(String name) {
    return ((CounterSnapshot) metric(name)).getDataPoints().get(0).getValue();
  }

  @Test
  void collect_memory_matchesTheRuntime() {
    long heap = Runtime.getRuntime().totalMemory();

    assertThat(sum("jvm_memory_committed_bytes", "jvm_memory_type", "heap"))
        .isBetween(heap * 0.5, heap * 2.0);
    assertThat(sum("jvm_memory_used_bytes", "jvm_memory_type", "heap")).isPositive();
    assertThat(sum("jvm_memory_used_bytes", "jvm_memory_type", "non_heap")).isPositive();
    assertThat(gauge("jvm_memory_used_bytes"))
        .hasSameSizeAs(ManagementFactory.getMemoryPoolMXBeans())
        .allSatisfy(
            point -> assertThat(point.getLabels().get("jvm_memory_pool_name")).isNotEmpty());
    assertThat(gauge("jvm_memory_limit_bytes"))
        .isNotEmpty()
        .allSatisfy(point -> assertThat(point.getValue()).isNotNegative());
  }

  @Test
  void collect_afterGarbageCollection_hasDurationAndUsage() {
    System.gc();

    await()
        .untilAsserted(
            () -> {
              HistogramSnapshot durations = (HistogramSnapshot) metric("jvm_gc_duration_seconds");
              assertThat(durations.getDataPoints())
                  .anySatisfy(
                      point -> {
                        assertThat(point.getCount()).isPositive();
                        assertThat(point.getLabels().get("jvm_gc_action")).contains("GC");
                        assertThat(point.getLabels().get("jvm_gc_name")).isNotEmpty();
                      });
            });
    assertThat(sum("jvm_memory_used_after_last_gc_bytes", "jvm_memory_type", "heap")).isPositive();
  }

  @Test
  void collect_system_matchesTheOperatingSystemBean() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    double limit = gauge("system_memory_limit_bytes").get(0).getValue();
    assertThat(limit).isEqualTo((double) system.getTotalMemorySize());
    assertThat(gauge("system_memory_usage_bytes").get(0).getValue())
        .isGreaterThan(Runtime.getRuntime().totalMemory() / 4.0)
        .isLessThanOrEqualTo(limit);
    await()
        .untilAsserted(
            () ->
                assertThat(gauge("jvm_system_cpu_utilization_ratio").get(0).getValue())
                    .isBetween(0.0, 1.0));
  }

  @Test
  void collect_directBuffer_isCounted() {
    // A thread of another test may free its buffers between the two collections.
    await()
        .untilAsserted(
            () -> {
              double before = sum("jvm_buffer_memory_used_bytes", "jvm_buffer_pool_name", "direct");
              ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);

              assertThat(
                      sum("jvm_buffer_memory_used_bytes", "jvm_buffer_pool_name", "direct")
                          - before)
                  .isGreaterThanOrEqualTo(buffer.capacity());
            });
    assertThat(count("jvm_buffer_count", Labels.of("jvm_buffer_pool_name", "direct"))).isPositive();
  }

  @Test
  void collect_threads_areCountedByStateAndKind() throws InterruptedException {
    Labels waiting = Labels.of("jvm_thread_daemon", "true", "jvm_thread_state", "waiting");
    double before = count("jvm_thread_count", waiting);
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  end.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }

    // Threads of other tests may end during this test.
    await()
        .untilAsserted(
            () -> assertThat(count("jvm_thread_count", waiting) - before).isBetween(35.0, 65.0));
    end.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void collect_classes_areConsistent() {
    double loaded = counter("jvm_class_loaded");
    double now = count("jvm_class_count", Labels.EMPTY);

    assertThat(now).isPositive().isLessThanOrEqualTo(loaded + 1_000);
    assertThat(counter("jvm_class_unloaded")).isNotNegative();
  }

  @Test
  void collect_cpuTime_growsWithWork() {
    double before = counter("process_cpu_seconds");

    long start = System.nanoTime();
    while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(200)) {
      Thread.onSpinWait();
    }

    assertThat(counter("process_cpu_seconds")).isGreaterThan(before + 0.02);
    assertThat(counter("jvm_cpu_time_seconds")).isGreaterThan(before);
    assertThat(count("jvm_cpu_count", Labels.EMPTY))
        .isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(gauge("jvm_cpu_recent_utilization_ratio").get(0).getValue()).isBetween(0.0, 1.0);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void collect_process_matchesProcfs() throws Exception {
    String status = Files.readString(Path.of("/proc/self/status"));
    double resident = gauge("process_resident_memory_bytes").get(0).getValue();

    assertThat(status).contains("VmRSS:");
    assertThat(resident).isGreaterThan(10e6);
    assertThat(gauge("process_virtual_memory_bytes").get(0).getValue()).isGreaterThan(resident);
    assertThat(gauge("process_open_fds").get(0).getValue())
        .isPositive()
        .isLessThanOrEqualTo(gauge("process_max_fds").get(0).getValue());
    assertThat(gauge("process_start_time_seconds").get(0).getValue() * 1_000)
        .isEqualTo((double) ManagementFactory.getRuntimeMXBean().getStartTime());
  }

  @Test
  void unregister_registryIsEmpty() {
    metrics.unregister();

    assertThat(registry.scrape().size()).isZero();
  }

  @Test
  void register_registryWithJvmMetrics_addsNone() {
    JvmMetrics second = new JvmMetrics();

    second.register(registry);
    second.unregister();

    assertThat(registry.scrape().size()).isPositive();
  }

  /** A name that is collected but not listed could also belong to another metric. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void getPrometheusNames_matchCollectedNames() {
    assertThat(metrics.getPrometheusNames())
        .containsExactlyInAnyOrderElementsOf(
            metrics.collect().stream()
                .map(snapshot -> snapshot.getMetadata().getPrometheusName())
                .toList());
  }
}
