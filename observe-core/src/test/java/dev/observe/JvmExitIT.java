/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.Away;
import dev.observe.testkit.FaultyCollector;
import dev.observe.testkit.ForkedJvm;
import dev.observe.testkit.NumberedSpans;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The shutdown hook delivers spans at the exit of the JVM, within its timeout (promise P4). */
@Timeout(300)
class JvmExitIT {
  private static final int SPANS = 2_000;
  private static final String ENDED = "all spans have ended";
  private static final String REPORT = "report: ";

  /** The timeout of 5 s, and the time in which a busy machine ends a JVM. */
  private static final Duration LONGEST_EXIT = Duration.ofMillis(7_500);

  /** With these settings no span is sent before the exit: all of them wait. */
  private static final Map<String, String> HOLDING_BACK =
      Map.of(
          "otel.bsp.schedule.delay", "60000",
          "otel.bsp.max.export.batch.size", "10000");

  private final FaultyCollector collector = FaultyCollector.start();

  @AfterEach
  void stopCollector() {
    collector.close();
  }

  /** The ways in which a JVM exits, and its exit code. */
  enum Exit {
    RETURN(0),
    EXIT(3),
    SIGTERM(143);

    private final int code;

    Exit(int code) {
      this.code = code;
    }
  }

  /** Ends spans and exits without closing the handle. */
  static final class Leaves {
    private Leaves() {}

    public static void main(String[] args) throws InterruptedException {
      Tracing tracing = Observe.initTracing("leaving");
      new NumberedSpans(tracing.tracer()).end(SPANS);
      System.out.println(ENDED);
      switch (Exit.valueOf(args[0])) {
        case RETURN -> {}
        case EXIT -> System.exit(Exit.EXIT.code);
        case SIGTERM -> Thread.currentThread().join();
      }
    }
  }

  /** A user, the hook of a container and our hook close the handle at the same time. */
  static final class ClosedByAll {
    private ClosedByAll() {}

    public static void main(String[] args) {
      Tracing tracing = Observe.initTracing("closed-by-all");
      new NumberedSpans(tracing.tracer()).end(SPANS);
      Runnable closing = () -> System.out.println(REPORT + tracing.shutdown(Duration.ofSeconds(5)));
      Thread user = new Thread(closing, "user");
      Runtime.getRuntime().addShutdownHook(new Thread(closing, "container"));
      // The JVM waits only for hooks, and the report of the user is needed too.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> join(user), "user's end"));
      user.start();
      System.exit(0);
    }

    private static void join(Thread thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void collectorHealthy_losesNothing(Exit exit) {
    assertNothingLost(exit, Map.of());
    assertNothingLost(exit, HOLDING_BACK);
  }

  @Tag("long")
  @ParameterizedTest
  @EnumSource
  void collectorHealthy_twentyTimes_losesNothing(Exit exit) {
    for (int i = 0; i < 10; i++) {
      assertNothingLost(exit, Map.of());
      assertNothingLost(exit, HOLDING_BACK);
    }
  }

  private void assertNothingLost(Exit exit, Map<String, String> settings) {
    try (FaultyCollector own = FaultyCollector.start();
        ForkedJvm jvm = start(own, Leaves.class, settings, exit.name())) {
      leave(jvm, exit);

      assertAllReceivedOnce(own);
    }
  }

  @ParameterizedTest
  @Execution(ExecutionMode.CONCURRENT)
  @CsvSource({"REFUSED, RETURN", "HANGING, SIGTERM", "UNAVAILABLE, EXIT"})
  void collectorUnavailable_exitTakesAtMostTheTimeout(Away away, Exit exit) {
    assertExitInTime(away, exit);
  }

  @Tag("long")
  @ParameterizedTest
  @CsvSource({
    "REFUSED, EXIT",
    "REFUSED, SIGTERM",
    "HANGING, RETURN",
    "HANGING, EXIT",
    "UNAVAILABLE, RETURN",
    "UNAVAILABLE, SIGTERM"
  })
  void collectorUnavailable_otherExits_takeAtMostTheTimeout(Away away, Exit exit) {
    assertExitInTime(away, exit);
  }

  private void assertExitInTime(Away away, Exit exit) {
    away.begin(collector);
    try (ForkedJvm jvm = start(collector, Leaves.class, Map.of(), exit.name())) {
      Duration took = leave(jvm, exit);

      assertThat(took).as(jvm.output()).isLessThan(LONGEST_EXIT);
      assertThat(collector.received()).isEmpty();
    }
  }

  @RepeatedTest(2)
  void hookUserAndContainerClose_losesNothing() {
    assertOneReport();
  }

  @Tag("long")
  @RepeatedTest(20)
  void hookUserAndContainerClose_twentyTimes_losesNothing() {
    assertOneReport();
  }

  private void assertOneReport() {
    try (ForkedJvm jvm = start(collector, ClosedByAll.class, Map.of())) {
      assertThat(jvm.awaitExit()).as(jvm.output()).isZero();

      List<String> reports = jvm.output().lines().filter(line -> line.startsWith(REPORT)).toList();
      assertThat(reports).hasSize(2).containsOnly(REPORT + "delivered 2000 spans, lost 0");
      assertAllReceivedOnce(collector);
    }
  }

  private static ForkedJvm start(
      FaultyCollector collector, Class<?> main, Map<String, String> settings, String... arguments) {
    List<String> options =
        settings.entrySet().stream().map(s -> "-D" + s.getKey() + "=" + s.getValue()).toList();
    return ForkedJvm.start(
        options, main, Map.of("otel.exporter.otlp.endpoint", collector.endpoint()), arguments);
  }

  /** Waits for the exit, and returns the time since the last span. */
  private static Duration leave(ForkedJvm jvm, Exit exit) {
    jvm.awaitOutput(ENDED);
    long start = System.nanoTime();
    if (exit == Exit.SIGTERM) {
      jvm.interrupt();
    }
    assertThat(jvm.awaitExit()).as(jvm.output()).isEqualTo(exit.code);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static void assertAllReceivedOnce(FaultyCollector collector) {
    assertThat(collector.received().keySet())
        .containsExactlyInAnyOrderElementsOf(LongStream.range(0, SPANS).boxed().toList());
    assertThat(collector.received().values()).as("duplicates").containsOnly(1);
  }
}
