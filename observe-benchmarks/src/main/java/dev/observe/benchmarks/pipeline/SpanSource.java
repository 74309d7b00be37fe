/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.pipeline;

import com.sun.management.OperatingSystemMXBean;
import io.opentelemetry.api.trace.Span;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.LogManager;

/** Makes spans in a separate JVM, and prints the cost of making and delivering them. */
public final class SpanSource {
  /** The prefix of the lines with results: the name and the value follow. */
  public static final String RESULT = "result ";

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration SETTLING = Duration.ofSeconds(8);
  private static final Duration MEASURED = Duration.ofSeconds(8);
  private static final int STEADY_PER_SECOND = 20_000;
  private static final int END_PER_SECOND = 5_000;

  /** The number of spans made at once at a steady rate. */
  private static final int BURST = 100;

  /** More spans than any queue holds. */
  private static final int FULL = 100_000;

  private final String name;
  private final Receiving receiver;
  private final Sender sender;
  private final Spans spans;

  private SpanSource(String name, Receiving receiver) {
    this.name = name;
    this.receiver = receiver;
    this.sender = Sender.start(name, receiver);
    this.spans = new Spans(sender.tracer());
  }

  /** Takes the measurement, the sender and the two ports of the receiver. */
  public static void main(String[] args) throws IOException {
    // Spans are dropped on purpose; the log about that is not measured.
    LogManager.getLogManager().getLogger("").setLevel(Level.OFF);
    SpanSource source = new SpanSource(args[1], Receiving.parse(args[2] + ' ' + args[3]));
    switch (args[0]) {
      case "delivery" -> source.delivery();
      case "end" -> source.end();
      default -> throw new IllegalArgumentException("what must be known, was " + args[0]);
    }
    // The shutdown hook is not measured.
    Runtime.getRuntime().halt(0);
  }

  private static void print(String figure, double value) {
    System.out.println(RESULT + figure + ' ' + value);
  }

  private static void print(String figure, long value) {
    System.out.println(RESULT + figure + ' ' + value);
  }

  private void delivery() throws IOException {
    warmUp();
    long before = receiver.count(name);
    long cpu = SYSTEM.getProcessCpuTime();
    long made = steady(MEASURED, STEADY_PER_SECOND);
    sender.flush();
    double used = SYSTEM.getProcessCpuTime() - cpu;
    print("made", made);
    print("delivered", receiver.count(name) - before);
    print("cpu", used);

    before = receiver.count(name);
    long start = System.nanoTime();
    long offered = flood(MEASURED);
    double seconds = (System.nanoTime() - start) / 1e9;
    print("flood-delivered", (receiver.count(name) - before) / seconds);
    print("flood-offered", offered / seconds);
  }

  /**
   * Warms up at full rate, then at the measured rate, until the compilers are idle; then collects
   * the heap, as one queue leaves more garbage than another.
   */
  private void warmUp() {
    flood(WARM_UP);
    sender.flush();
    steady(SETTLING, STEADY_PER_SECOND);
    sender.flush();
    System.gc();
  }

  private long flood(Duration duration) {
    long deadline = System.nanoTime() + duration.toNanos();
    long made = 0;
    while (System.nanoTime() - deadline < 0) {
      for (int i = 0; i < BURST; i++) {
        spans.next().end();
      }
      made += BURST;
    }
    return made;
  }

  private long steady(Duration duration, int perSecond) {
    long step = TimeUnit.SECONDS.toNanos(1) * BURST / perSecond;
    long next = System.nanoTime();
    long end = next + duration.toNanos();
    long made = 0;
    while (next - end < 0) {
      for (int i = 0; i < BURST; i++) {
        spans.next().end();
      }
      made += BURST;
      next += step;
      for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }
    return made;
  }

  private void end() throws IOException {
    warmUp();
    measureEnds();
    sender.flush();
    long clock = clock();
    percentiles("idle", measureEnds(), clock);
    receiver.leave();
    percentiles("outage", measureEnds(), clock);
    for (int i = 0; i < FULL; i++) {
      spans.next().end();
    }
    percentiles("full", measureEnds(), clock);
    receiver.comeBack();
  }

  /** Returns the time of each {@code end()}; the thread never sleeps, so no wake-up is measured. */
  private long[] measureEnds() {
    long[] nanos = new long[(int) (END_PER_SECOND * MEASURED.toSeconds())];
    long step = TimeUnit.SECONDS.toNanos(1) / END_PER_SECOND;
    long next = System.nanoTime();
    for (int i = 0; i < nanos.length; i++) {
      Span span = spans.next();
      long start = System.nanoTime();
      span.end();
      nanos[i] = System.nanoTime() - start;
      next += step;
      while (System.nanoTime() - next < 0) {
        Thread.onSpinWait();
      }
    }
    return nanos;
  }

  /** Returns the median difference between two readings of the clock. */
  private static long clock() {
    long[] nanos = new long[100_000];
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return nanos[nanos.length / 2];
  }

  private static void percentiles(String when, long[] nanos, long clock) {
    Arrays.sort(nanos);
    for (int permille : new int[] {500, 990, 999}) {
      int index = (int) ((long) nanos.length * permille / 1_000);
      print(when + "-" + permille, Math.max(0, nanos[index] - clock));
    }
  }
}
