/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.testkit.Away;
import dev.observe.testkit.FaultyCollector;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the promised outages at their full length. */
@Tag("long")
@Timeout(300)
class LongOutageIT {
  private static final Duration WARM_UP = Duration.ofSeconds(10);
  private static final Duration AFTERWARDS = Duration.ofSeconds(20);

  private final FaultyCollector collector = FaultyCollector.start();

  @AfterEach
  void stopCollector() {
    collector.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"REFUSED", "HANGING", "UNAVAILABLE"})
  void outage_oneMinuteAt1000PerSecondWithDefaults_losesNothing(Away away) {
    run(SpanPipeline.builder(Traffic.otlp(collector)), away, 1_000, Duration.ofSeconds(60));
  }

  @ParameterizedTest
  @EnumSource(names = {"REFUSED", "HANGING", "UNAVAILABLE"})
  void outage_30SecondsAt3334PerSecondWithDoubleBudget_losesNothing(Away away) {
    run(
        SpanPipeline.builder(Traffic.otlp(collector))
            .maxQueueSpans(131_072)
            .maxQueueBytes(128L * 1024 * 1024),
        away,
        3_334,
        Duration.ofSeconds(30));
  }

  private void run(SpanPipelineBuilder builder, Away away, int perSecond, Duration outage) {
    try (Traffic traffic = new Traffic(builder)) {
      traffic.endSteadily(perSecond, WARM_UP);
      away.begin(collector);
      traffic.endSteadily(perSecond, outage);
      away.end(collector);
      long recovered = System.nanoTime();
      long backlogEnd = traffic.ended();
      Thread load = new Thread(() -> traffic.endSteadily(perSecond, AFTERWARDS));
      load.start();

      await()
          .pollInterval(Duration.ofMillis(50))
          .atMost(Duration.ofSeconds(60))
          .until(() -> traffic.pipeline().stats().acknowledged() >= backlogEnd);
      Duration drained = Duration.ofNanos(System.nanoTime() - recovered);
      await().atMost(Duration.ofSeconds(60)).until(() -> !load.isAlive());
      boolean flushed = traffic.pipeline().flush(Duration.ofSeconds(20));

      PipelineStats stats = traffic.pipeline().stats();
      assertThat(flushed).as("%s", stats).isTrue();
      assertThat(stats.lostTotal()).as("%s", stats).isZero();
      assertThat(collector.received()).hasSize((int) traffic.ended());
      assertThat(collector.received().values()).as("duplicates").containsOnly(1);
      assertThat(drained).isLessThan(Duration.ofNanos(TimeUnit.SECONDS.toNanos(10)));
      System.getLogger("dev.observe.test")
          .log(System.Logger.Level.INFO, away + " drained in " + drained + ", " + stats);
    }
  }
}
