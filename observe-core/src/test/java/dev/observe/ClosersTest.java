/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.FaultyCollector;
import dev.observe.testkit.NumberedSpans;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** Several threads close one handle at the same time (promise P4). */
@Timeout(120)
class ClosersTest {
  private static final int SPANS = 2_000;
  private static final int CLOSERS = 3;

  private final FaultyCollector collector = FaultyCollector.start();
  private final ExecutorService threads = Executors.newFixedThreadPool(CLOSERS);

  @AfterEach
  void stop() {
    threads.shutdownNow();
    collector.close();
  }

  @RepeatedTest(10)
  void shutdown_threeThreads_losesNothingAndReturnsOneReport() throws Exception {
    race();
  }

  @Tag("long")
  @RepeatedTest(100)
  void shutdown_threeThreadsHundredTimes_losesNothing() throws Exception {
    race();
  }

  private void race() throws Exception {
    Tracing tracing =
        Tracing.builder("closers").endpoint(collector.endpoint()).disableGlobal().start();
    new NumberedSpans(tracing.tracer()).end(SPANS);
    CyclicBarrier together = new CyclicBarrier(CLOSERS);
    Callable<ShutdownReport> closer =
        () -> {
          together.await();
          ShutdownReport report = tracing.shutdown(Duration.ofSeconds(20));
          // Every caller must find all spans delivered.
          assertThat(collector.received()).hasSize(SPANS);
          return report;
        };

    List<ShutdownReport> reports = new ArrayList<>();
    for (Future<ShutdownReport> result : threads.invokeAll(List.of(closer, closer, closer))) {
      reports.add(result.get());
    }

    assertThat(reports.get(0)).hasToString("delivered 2000 spans, lost 0");
    assertThat(reports).allSatisfy(report -> assertThat(report).isSameAs(reports.get(0)));
    assertThat(collector.received().values()).as("duplicates").containsOnly(1);
  }
}
