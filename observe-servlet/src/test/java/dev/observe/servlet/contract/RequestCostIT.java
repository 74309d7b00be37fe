/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.servlet.contract.MeasurementSite.Recorded;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The time to the first byte, CPU time and allocation of requests in real containers. */
@Tag("container")
class RequestCostIT {
  private static final String FIRST_BYTE = "observe.http.server.time_to_first_byte";
  private static final String CPU = "observe.http.server.cpu_time";
  private static final String HEAP = "observe.http.server.allocated_memory";

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final double LATE_SECONDS = 0.15;
  private static final double BUSY_SECONDS = 0.06;
  private static final int HEAP_BYTES = 8 << 20;

  private static volatile Object kept = "";

  static List<ContainerKind> containers() {
    return ContainerKind.available();
  }

  private static MeasurementSite site(ContainerKind container) {
    return new MeasurementSite(container, Site.Mapping.ALL);
  }

  @ParameterizedTest
  @MethodSource("containers")
  void firstByte_ofAResponse_isWhenItIsSent(ContainerKind container) throws Exception {
    try (MeasurementSite site = site(container)) {
      Recorded late = site.get(RequestCostIT::beginLate);
      assertThat(late.answer().body()).isEqualTo("late and on");
      assertThat(late.seconds(FIRST_BYTE))
          .isBetween(LATE_SECONDS, late.durationSeconds() - LATE_SECONDS);

      Recorded flushed =
          site.get(
              (q, r) -> {
                r.getWriter().write("at once");
                r.flushBuffer();
                busy();
              });
      assertThat(flushed.seconds(FIRST_BYTE))
          .isBetween(0.0, flushed.durationSeconds() - BUSY_SECONDS);

      // The body stays in the buffer until the application ends, so the client waits as long.
      Recorded buffered =
          site.get(
              (q, r) -> {
                r.getWriter().write("not yet");
                busy();
              });
      assertThat(buffered.seconds(FIRST_BYTE))
          .isBetween(BUSY_SECONDS, buffered.durationSeconds() + 1e-6);
    }
  }

  /** Writes the first part late on another thread, and the rest after the same delay. */
  private static void beginLate(HttpServletRequest request, HttpServletResponse response) {
    AsyncContext context = request.startAsync();
    long micros = (long) (LATE_SECONDS * 1e6);
    Async.later(
        context,
        micros,
        (c, r) -> {
          c.getResponse().getOutputStream().print("late ");
          c.getResponse().flushBuffer();
          Async.later(
              context,
              micros,
              (c2, r2) -> {
                c2.getResponse().getOutputStream().print("and on");
                c2.complete();
              });
        });
  }

  @ParameterizedTest
  @MethodSource("containers")
  void cpuTime_ofARequest_isThatOfItsThreads(ContainerKind container) throws Exception {
    try (MeasurementSite site = site(container)) {
      assertThat(site.get((q, r) -> busy()).seconds(CPU)).isBetween(BUSY_SECONDS, 2 * BUSY_SECONDS);

      // The forward passes through the filter too, on the same thread.
      assertThat(site.get(RequestCostIT::busyInAForward).seconds(CPU))
          .isBetween(BUSY_SECONDS, 2 * BUSY_SECONDS);

      assertThat(site.get(RequestCostIT::busyTwice).seconds(CPU))
          .isBetween(2 * BUSY_SECONDS, 4 * BUSY_SECONDS);

      Recorded idle = site.get(RequestCostIT::beginLate);
      assertThat(idle.seconds(CPU)).isLessThan(idle.durationSeconds() / 2);
    }
  }

  private static void busy() {
    long end = THREADS.getCurrentThreadCpuTime() + (long) (BUSY_SECONDS * 1e9);
    while (THREADS.getCurrentThreadCpuTime() < end) {
      Thread.onSpinWait();
    }
  }

  private static void busyInAForward(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (request.getDispatcherType() == DispatcherType.FORWARD) {
      busy();
    } else {
      request.getRequestDispatcher("/served/again").forward(request, response);
    }
  }

  private static void busyTwice(HttpServletRequest request, HttpServletResponse response) {
    busy();
    if (request.getDispatcherType() == DispatcherType.REQUEST) {
      Async.later(request.startAsync(), 1_000, (c, r) -> c.dispatch());
    }
  }

  @ParameterizedTest
  @MethodSource("containers")
  void allocatedMemory_ofARequest_isThatOfTheApplication(ContainerKind container) throws Exception {
    try (MeasurementSite site = site(container)) {
      site.get(RequestCostIT::allocate);

      long allocated = site.get(RequestCostIT::allocate).bytes(HEAP);
      assertThat(allocated).isBetween((long) HEAP_BYTES, 2L * HEAP_BYTES);

      long nothing = site.get((q, r) -> {}).bytes(HEAP);
      assertThat(nothing).isBetween(0L, (long) HEAP_BYTES - 1);
    }
  }

  private static void allocate(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    for (int i = 0; i < 8; i++) {
      kept = new byte[HEAP_BYTES / 8];
    }
    response.getWriter().print(kept.hashCode() == 0);
  }

  static List<ContainerKind> tomcatAndJetty() {
    return containers().stream().filter(container -> container != ContainerKind.UNDERTOW).toList();
  }

  /** The JVM does not measure it. */
  @ParameterizedTest
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads need Java 21")
  @MethodSource("tomcatAndJetty")
  void cost_ofAVirtualThread_isNotRecorded(ContainerKind container) throws Exception {
    try (MeasurementSite site = new MeasurementSite(container, Site.Mapping.ALL, true)) {
      Recorded recorded = site.get((q, r) -> busyWait());

      assertThat(recorded.seconds(CPU)).isNull();
      assertThat(recorded.bytes(HEAP)).isNull();
      assertThat(recorded.seconds(FIRST_BYTE)).isNotNull();
    }
  }

  private static void busyWait() {
    long end = System.nanoTime() + 1_000_000;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
