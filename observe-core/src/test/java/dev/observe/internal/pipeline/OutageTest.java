/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.observe.DropReason;
import dev.observe.testkit.Away;
import dev.observe.testkit.FaultyCollector;
import dev.observe.testkit.FaultyCollector.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the pipeline against a faulty collector, over real sockets. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class OutageTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(700);

  private final FaultyCollector collector = FaultyCollector.start();

  @AfterEach
  void stopCollector() {
    collector.close();
  }

  private Traffic traffic(String... settings) {
    return new Traffic(SpanPipeline.builder(Traffic.otlp(collector, settings)));
  }

  @ParameterizedTest
  @EnumSource
  void outage_ends_nothingIsLostOrDuplicated(Away away) {
    try (Traffic traffic = traffic("otel.exporter.otlp.timeout", "2000")) {
      traffic.end(600);
      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      away.begin(collector);
      traffic.endSteadily(1_000, Duration.ofSeconds(3));
      assertThat(traffic.pipeline().flush(SHORT)).as("flush while away").isFalse();
      assertThat(traffic.pipeline().stats().waiting()).isEqualTo(traffic.ended() - 600);
      away.end(collector);
      long recovered = System.nanoTime();

      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> traffic.pipeline().stats().acknowledged() == traffic.ended());
      assertThat(System.nanoTime() - recovered).isLessThan(TimeUnit.SECONDS.toNanos(10));
      assertThat(traffic.pipeline().flush(LONG)).isTrue();
      assertReceivedOnce(traffic);
      assertThat(traffic.pipeline().stats().lostTotal()).isZero();
      traffic.assertAccounted();
    }
  }

  @ParameterizedTest
  @EnumSource
  void close_duringOutage_endsInTimeAndCountsTheLoss(Away away) {
    try (Traffic traffic = traffic()) {
      away.begin(collector);
      traffic.end(1_000);

      long start = System.nanoTime();
      ExportReport report = traffic.pipeline().close(SHORT);
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      assertThat(took).isLessThan(SHORT.plusMillis(500));
      assertThat(report.delivered()).isZero();
      assertThat(report.lost()).isEqualTo(Map.of(DropReason.SHUTDOWN, 1_000L));
      assertThat(report.deadlineReached()).isTrue();
      traffic.assertAccounted();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 413, 500, 501, 302})
  void permanentRefusal_isCountedAndNotRetried(int status) {
    collector.status(status, "1");
    try (Traffic traffic = traffic()) {
      traffic.end(100);

      assertThat(traffic.pipeline().flush(LONG)).isFalse();

      assertThat(collector.requestNanos()).hasSize(1);
      PipelineStats stats = traffic.pipeline().stats();
      assertThat(stats.lost(DropReason.REJECTED)).isEqualTo(100);
      assertThat(stats.rejectedByStatus()).containsExactly(entry(status, 100L));
      traffic.assertAccounted();

      collector.mode(Mode.OK);
      traffic.end(10);
      assertThat(traffic.pipeline().flush(LONG)).as("the next batch").isTrue();
      ExportReport report = traffic.pipeline().close(LONG);
      assertThat(report.delivered()).isEqualTo(10);
      assertThat(report.lost()).isEqualTo(Map.of(DropReason.REJECTED, 100L));
    }
  }

  @Test
  void partialSuccess_isCountedAsRejected() {
    collector.partial(30);
    try (Traffic traffic = traffic()) {
      traffic.end(100);

      assertThat(traffic.pipeline().flush(LONG)).isFalse();

      assertThat(collector.received()).hasSize(70);
      PipelineStats stats = traffic.pipeline().stats();
      assertThat(stats.acknowledged()).isEqualTo(70);
      assertThat(stats.rejectedByStatus()).containsExactly(entry(200, 30L));
      traffic.assertAccounted();
      assertThat(traffic.pipeline().close(LONG).lost()).isEqualTo(Map.of(DropReason.REJECTED, 30L));
    }
  }

  @Test
  void partialSuccess_rejectsMoreThanWasSent_staysAccounted() {
    collector.partial(1_000);
    try (Traffic traffic = traffic()) {
      traffic.end(100);

      assertThat(traffic.pipeline().flush(LONG)).isFalse();

      assertThat(traffic.pipeline().stats().lost(DropReason.REJECTED)).isEqualTo(100);
      traffic.assertAccounted();
    }
  }

  @Test
  void hugeReply_isReadInPartAndAcknowledges() {
    collector.mode(Mode.HUGE);
    try (Traffic traffic = traffic()) {
      traffic.end(100);

      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      // The sockets buffer more than the 64 KiB that are read.
      await().during(Duration.ofMillis(200)).until(() -> collector.replyBytes() < 16 << 20);
      assertReceivedOnce(traffic);
    }
  }

  @Test
  void gzipBomb_isNotInflatedAndAcknowledges() {
    collector.mode(Mode.GZIP_BOMB);
    try (Traffic traffic = traffic()) {
      traffic.end(100);

      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      assertReceivedOnce(traffic);
    }
  }

  @Test
  void slowReply_withinTheTimeout_acknowledges() {
    collector.slow(1_200);
    try (Traffic traffic = traffic()) {
      traffic.end(100);

      assertThat(traffic.pipeline().flush(Duration.ofMillis(300))).isFalse();
      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      assertThat(collector.requestNanos()).hasSize(1);
      assertReceivedOnce(traffic);
    }
  }

  @Test
  void retryAfter_isKept() {
    collector.status(429, "2");
    try (Traffic traffic = traffic()) {
      traffic.end(100);
      assertThat(traffic.pipeline().flush(SHORT)).isFalse();
      collector.mode(Mode.OK);

      // A flush must not shorten the wait that the collector requested.
      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      List<Long> times = collector.requestNanos();
      assertThat(times).hasSize(2);
      assertThat(Duration.ofNanos(times.get(1) - times.get(0)))
          .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
    }
  }

  @Test
  void overBudget_keepsTheOldestAndCountsTheOthers() {
    collector.status(503, "");
    try (Traffic traffic =
        new Traffic(SpanPipeline.builder(Traffic.otlp(collector)).maxQueueSpans(2_000))) {
      traffic.end(5_000);
      assertThat(traffic.pipeline().stats().lost(DropReason.QUEUE_FULL)).isEqualTo(3_000);
      traffic.assertAccounted();

      collector.mode(Mode.OK);
      assertThat(traffic.pipeline().flush(LONG)).isFalse();

      assertThat(collector.received()).hasSize(2_000).containsKeys(0L, 1_999L);
      assertThat(traffic.pipeline().close(LONG).delivered()).isEqualTo(2_000);
      traffic.assertAccounted();
    }
  }

  @Test
  void bigBatch_isSplitUnderTheRequestLimit() {
    try (Traffic traffic =
        new Traffic(
            SpanPipeline.builder(Traffic.otlp(collector)).maxQueueBytes(256L * 1024 * 1024))) {
      // 7 MiB each: two make a batch by weight, and three times as much in UTF-8.
      traffic.end(4, "\u20ac".repeat(3 << 20));

      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      assertReceivedOnce(traffic);
      assertThat(collector.biggestRequest()).isLessThanOrEqualTo(20 << 20);
    }
  }

  @Test
  void spanOverTheRequestLimit_isTooLargeAndTheOthersArrive() {
    try (Traffic traffic =
        new Traffic(
            SpanPipeline.builder(Traffic.otlp(collector)).maxQueueBytes(256L * 1024 * 1024))) {
      traffic.end(3);
      traffic.end(1, "x".repeat(21 << 20));
      traffic.end(3);

      assertThat(traffic.pipeline().flush(LONG)).isFalse();

      assertThat(traffic.pipeline().stats().lost(DropReason.TOO_LARGE)).isEqualTo(1);
      assertThat(collector.received()).hasSize(6).doesNotContainKey(3L);
      traffic.assertAccounted();
    }
  }

  @Test
  void settings_headersAndCompression_reachTheCollector() {
    try (Traffic traffic =
        traffic(
            "otel.exporter.otlp.compression", "gzip",
            "otel.exporter.otlp.headers", "x-tenant=blue")) {
      traffic.end(10);

      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      assertReceivedOnce(traffic);
      assertThat(collector.requestHeaders().get(0))
          .containsEntry("x-tenant", "blue")
          .containsEntry("content-encoding", "gzip")
          .containsEntry("content-type", "application/x-protobuf")
          .containsEntry(":request", "POST /v1/traces HTTP/1.1");
    }
  }

  @Test
  void connection_isReused() {
    try (Traffic traffic = traffic()) {
      for (int i = 0; i < 20; i++) {
        traffic.end(10);
        assertThat(traffic.pipeline().flush(LONG)).isTrue();
      }

      assertThat(collector.accepted()).isEqualTo(1);
    }
  }

  private void assertReceivedOnce(Traffic traffic) {
    assertThat(collector.received()).hasSize((int) traffic.ended());
    assertThat(collector.received().values()).containsOnly(1);
  }
}
