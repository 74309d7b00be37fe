/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.junit.jupiter.api.Test;

class ThreadCostTest {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final long BUSY_NANOS = 30_000_000;

  @SuppressWarnings("UnusedVariable") // Never read: the assignment keeps the allocation.
  private static volatile Object kept = "";

  private final ThreadCost cost = new ThreadCost(true, true);

  private static void work() {
    long end = THREADS.getCurrentThreadCpuTime() + BUSY_NANOS;
    while (THREADS.getCurrentThreadCpuTime() < end) {
      Thread.onSpinWait();
    }
  }

  @Test
  void cost_ofSequentialThreads_isSum() throws InterruptedException {
    cost.enter();
    work();
    kept = new byte[4 << 20];
    cost.leave();
    Thread second =
        new Thread(
            () -> {
              cost.enter();
              work();
              kept = new byte[2 << 20];
              cost.leave();
            });
    second.start();
    second.join();

    // The value includes the cost of measuring, but not the load of the machine.
    assertThat(cost.cpuNanos()).isBetween(2 * BUSY_NANOS, 4 * BUSY_NANOS);
    assertThat(cost.allocatedBytes()).isBetween(6L << 20, 8L << 20);
  }

  @Test
  void cost_nestedEnter_isCountedOnce() {
    assertThat(cost.enter()).isTrue();
    assertThat(cost.enter()).isFalse();
    work();
    cost.leave();

    assertThat(cost.cpuNanos()).isBetween(BUSY_NANOS, 2 * BUSY_NANOS - 1);
  }

  @Test
  void cost_betweenLeaveAndEnter_isNotCounted() {
    cost.enter();
    cost.leave();
    work();
    cost.enter();
    cost.leave();

    assertThat(cost.cpuNanos()).isLessThan(BUSY_NANOS);
  }

  @Test
  void cost_ofConcurrentThreads_isUnknown() throws InterruptedException {
    cost.enter();
    Thread second = new Thread(cost::enter);
    second.start();
    second.join();
    cost.leave();

    assertThat(cost.cpuNanos()).isNegative();
    assertThat(cost.allocatedBytes()).isNegative();
  }

  @Test
  void cost_notMeasured_isUnknown() {
    ThreadCost cpuOnly = new ThreadCost(true, false);
    cpuOnly.enter();
    cpuOnly.leave();

    assertThat(cpuOnly.cpuNanos()).isNotNegative();
    assertThat(cpuOnly.allocatedBytes()).isNegative();
  }
}
