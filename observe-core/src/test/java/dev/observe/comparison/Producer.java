/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.comparison;

import dev.observe.testkit.NumberedSpans;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends spans in a separate JVM, and prints the results of its contender.
 *
 * <p>Arguments: contender, endpoint, and one of {@code steady <spans a second> <seconds>}, {@code
 * burst <spans>}, {@code interrupt <spans>}, {@code signal <spans>}.
 */
final class Producer {
  static final String BEGIN = "begin";
  static final String ENDED = "ended";
  static final String RESULT = "result.";

  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final Contender contender;
  private final NumberedSpans spans;
  private final AtomicLong heapPeak = new AtomicLong();

  private Producer(Contender contender) {
    this.contender = contender;
    this.spans = new NumberedSpans(contender.tracer());
  }

  /** Ends spans as the arguments define. */
  public static void main(String[] args) throws InterruptedException {
    Producer producer = new Producer(Contender.Kind.valueOf(args[0]).start(args[1]));
    producer.watchHeap();
    int number = Integer.parseInt(args[3]);
    switch (args[2]) {
      case "steady" -> producer.steady(number, Duration.ofSeconds(Long.parseLong(args[4])));
      case "burst" -> producer.burst(number);
      case "interrupt" -> producer.interrupt(number);
      case "signal" -> producer.awaitSignal(number);
      default -> throw new IllegalArgumentException(args[2]);
    }
  }

  private void steady(int perSecond, Duration duration) {
    warmUp();
    System.out.println(BEGIN);
    spans.endSteadily(perSecond, duration);
    finish(Duration.ofSeconds(20));
  }

  private void burst(int count) {
    spans.end(count);
    finish(Duration.ofSeconds(10));
  }

  private void interrupt(int count) {
    warmUp();
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(contender.workerThread()))
        .forEach(Thread::interrupt);
    spans.end(count);
    finish(Duration.ofSeconds(10));
  }

  private void awaitSignal(int count) throws InterruptedException {
    spans.end(count);
    System.out.println(RESULT + "produced=" + spans.ended());
    System.out.println(ENDED);
    Thread.currentThread().join();
  }

  /** Sends a first span, since loading the HTTP client is not part of the comparison. */
  private void warmUp() {
    spans.end(1);
    String unused = contender.flush(Duration.ofSeconds(10));
  }

  private void finish(Duration timeout) {
    long start = System.nanoTime();
    String flushed = contender.flush(timeout);
    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    String lost = contender.close(CLOSE);
    System.out.println(RESULT + "produced=" + spans.ended());
    System.out.println(RESULT + "flush=%s, %.1f s".formatted(flushed, took / 1_000.0));
    System.out.println(RESULT + "lost=" + lost);
    System.out.println(RESULT + "heap=" + (heapPeak.get() >> 20) + " MiB");
  }

  private void watchHeap() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    Thread watch =
        new Thread(
            () -> {
              while (true) {
                heapPeak.accumulateAndGet(memory.getHeapMemoryUsage().getUsed(), Math::max);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
              }
            });
    watch.setDaemon(true);
    watch.start();
  }
}
