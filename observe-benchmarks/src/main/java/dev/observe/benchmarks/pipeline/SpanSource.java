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

/** Makes spans in a JVM of its own, and prints what it took to make and deliver them. */
public final class SpanSource {
  /** What lines begin with that tell a figure: its name and its value follow. */
  public static final String RESULT = "result ";

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration SETTLING = Duration.ofSeconds(8);
  private static final Duration MEASURED = Duration.ofSeconds(8);
  private static final int STEADY_PER_SECOND = 20_000;
  private static final int END_PER_SECOND = 5_000;

  /** How many spans are made at once where the rate is steady. */
  private static final int BURST = 100;

  /** More than any queue takes. */
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

  /** Takes what is measured, the sender and the receiver's two ports. */
  public static void main(String[] args) throws IOException {
    // Spans are dropped on purpose; what is said about that is not measured.
    LogManager.getLogManager().getLogger("").setLevel(Level.OFF);
    SpanSource source = new SpanSource(args[1], Receiving.parse(args[2] + ' ' + args[3]));
    switch (args[0]) {
      case "delivery" -> source.delivery();
      case "end" -> source.end();
      default -> throw new IllegalArgumentException("what must be known, was " + args[0]);
    }
    // What a shutdown hook has to say is not measured here.
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
   * As much as goes through, then as it will be, until the compilers have nothing left to do; and a
   * heap without what waited in the meantime, which is more with one queue than with another.
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

  /** Returns what {@code end()} took each time; the thread never rests, so it is never woken. */
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

  /** Returns what two readings of the clock say of each other. */
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
