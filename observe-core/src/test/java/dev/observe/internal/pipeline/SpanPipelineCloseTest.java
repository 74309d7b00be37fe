/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.DropReason;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests flush and close, with one caller and with several. */
@Timeout(60)
class SpanPipelineCloseTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final FakeExporter exporter = new FakeExporter();

  private SpanPipelineBuilder builder() {
    return SpanPipeline.builder(exporter);
  }

  @Test
  void flush_notAcknowledged_isFalseUntilTheAcknowledgement() {
    CompletableResultCode pending = new CompletableResultCode();
    exporter.behave(spans -> pending);
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(1);

      assertThat(traffic.pipeline().flush(Duration.ofMillis(100))).isFalse();
      CompletableResultCode flush = traffic.pipeline().forceFlush();
      assertThat(flush.isDone()).isFalse();
      pending.succeed();
      assertThat(flush.join(10, TimeUnit.SECONDS).isSuccess()).isTrue();
      assertThat(traffic.pipeline().flush(Duration.ZERO)).isTrue();
    }
  }

  @Test
  void flush_noSpanEnded_isTrue() {
    try (Traffic traffic = new Traffic(builder())) {
      assertThat(traffic.pipeline().flush(Duration.ZERO)).isTrue();
      assertThat(exporter.calls()).isZero();
    }
  }

  @Test
  void flush_exporterHangs_returnsAtTheDeadline() {
    exporter.behave(spans -> new CompletableResultCode());
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(1);

      long start = System.nanoTime();
      boolean flushed = traffic.pipeline().flush(Duration.ofMillis(300));
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      assertThat(flushed).isFalse();
      assertThat(took).isBetween(Duration.ofMillis(300), Duration.ofMillis(550));
    }
  }

  @Test
  void flush_interrupted_isFalseAndKeepsTheInterrupt() {
    exporter.behave(spans -> new CompletableResultCode());
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(1);

      Thread.currentThread().interrupt();
      boolean flushed = traffic.pipeline().flush(LONG);

      assertThat(flushed).isFalse();
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  /** Flushing in a loop during an outage must not fill the heap. */
  @Test
  void forceFlush_tooMany_failAtOnce() {
    exporter.behave(spans -> new CompletableResultCode());
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(1);

      for (int i = 0; i < 1_024; i++) {
        assertThat(traffic.pipeline().forceFlush().isDone()).isFalse();
      }
      CompletableResultCode tooMany = traffic.pipeline().forceFlush();

      assertThat(tooMany.isDone()).isTrue();
      assertThat(tooMany.isSuccess()).isFalse();
    }
  }

  @Test
  void close_spansWait_areDelivered() {
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(2_000);

      ExportReport report = traffic.pipeline().close(LONG);

      assertThat(report.delivered()).isEqualTo(2_000);
      assertThat(report.lost()).isEmpty();
      assertThat(report.deadlineReached()).isFalse();
      assertThat(report).hasToString("delivered 2000 spans, lost 0");
    }
  }

  @Test
  void close_exporterFails_endsAtTheDeadlineAndCountsTheLoss() {
    exporter.behave(spans -> CompletableResultCode.ofFailure());
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(700);

      long start = System.nanoTime();
      ExportReport report = traffic.pipeline().close(Duration.ofMillis(500));
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      assertThat(took).isBetween(Duration.ofMillis(500), Duration.ofMillis(900));
      assertThat(report.lost()).isEqualTo(Map.of(DropReason.SHUTDOWN, 700L));
      assertThat(report.deadlineReached()).isTrue();
      assertThat(report)
          .hasToString("delivered 0 spans, lost 700 (shutdown 700), deadline reached");
      traffic.assertAccounted();
    }
  }

  @Test
  void close_acknowledgedLater_isNotCountedTwice() {
    CompletableResultCode pending = new CompletableResultCode();
    exporter.behave(spans -> pending);
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(10);
      CompletableResultCode flush = traffic.pipeline().forceFlush();
      await().until(() -> exporter.calls() == 1);

      traffic.pipeline().close(Duration.ofMillis(50));
      pending.succeed();

      assertThat(flush.isSuccess()).isFalse();
      assertThat(traffic.pipeline().stats().lost(DropReason.SHUTDOWN)).isEqualTo(10);
      traffic.assertAccounted();
    }
  }

  @Test
  void close_spansEndLater_areLostAndCounted() {
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(1);
      traffic.pipeline().close(LONG);

      traffic.end(3);

      assertThat(traffic.pipeline().stats().lost(DropReason.SHUTDOWN)).isEqualTo(3);
      assertThat(traffic.pipeline().flush(Duration.ZERO)).isFalse();
      traffic.assertAccounted();
    }
  }

  @Test
  void close_concurrentCalls_returnTheSameReport() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      for (int round = 0; round < 100; round++) {
        FakeExporter fresh = new FakeExporter();
        try (Traffic traffic = new Traffic(SpanPipeline.builder(fresh))) {
          traffic.end(1_200);
          Callable<ExportReport> closer = () -> traffic.pipeline().close(LONG);

          List<Future<ExportReport>> reports = threads.invokeAll(List.of(closer, closer, closer));

          ExportReport first = reports.get(0).get();
          assertThat(first.delivered()).isEqualTo(1_200);
          assertThat(fresh.taken()).hasSize(1_200);
          for (Future<ExportReport> report : reports) {
            assertThat(report.get()).isSameAs(first);
          }
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Requests end while the application shuts down; each must be counted. */
  @Test
  void close_spansEndConcurrently_areAllCounted() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 50; round++) {
        try (Traffic traffic = new Traffic(SpanPipeline.builder(new FakeExporter()))) {
          Callable<ExportReport> producer =
              () -> {
                traffic.end(2_000);
                return traffic.pipeline().close(LONG);
              };
          Callable<ExportReport> closer = () -> traffic.pipeline().close(Duration.ofMillis(1));
          for (Future<ExportReport> report :
              threads.invokeAll(List.of(producer, producer, producer, closer))) {
            assertThat(report.get()).isNotNull();
          }

          traffic.assertAccounted();
          assertThat(traffic.pipeline().stats().waiting()).isZero();
          assertThat(traffic.pipeline().stats().waitingBytes()).isZero();
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void close_interrupted_deliversAndKeepsTheInterrupt() {
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(1_000);

      Thread.currentThread().interrupt();
      ExportReport report = traffic.pipeline().close(LONG);

      assertThat(Thread.interrupted()).isTrue();
      assertThat(report.delivered()).isEqualTo(1_000);
    }
  }

  @Test
  void close_done_workerThreadHasEnded() {
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(1);
      traffic.pipeline().close(LONG);

      await().untilAsserted(() -> assertThat(exportThreads()).isEmpty());
    }
  }

  @Test
  void shutdown_everySpanAcknowledged_succeeds() {
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(10);

      CompletableResultCode shutdown = traffic.pipeline().shutdown();

      assertThat(shutdown.join(10, TimeUnit.SECONDS).isSuccess()).isTrue();
      assertThat(traffic.pipeline().shutdown()).isSameAs(shutdown);
    }
  }

  @Test
  void shutdown_spansLost_fails() {
    exporter.behave(spans -> CompletableResultCode.ofFailure());
    try (Traffic traffic = new Traffic(builder().shutdownTimeout(Duration.ofMillis(50)))) {
      traffic.end(10);

      CompletableResultCode shutdown = traffic.pipeline().shutdown().join(10, TimeUnit.SECONDS);

      assertThat(shutdown.isDone()).isTrue();
      assertThat(shutdown.isSuccess()).isFalse();
    }
  }

  private static List<String> exportThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("observe-export"))
        .toList();
  }
}
