/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.observe.DropReason;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of spans between their end and the exporter. */
@Timeout(60)
class SpanPipelineTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final FakeExporter exporter = new FakeExporter();

  private SpanPipelineBuilder builder() {
    return SpanPipeline.builder(exporter);
  }

  @Test
  void onEnd_deliversWithinScheduleDelay() {
    try (Traffic traffic = new Traffic(builder().scheduleDelay(Duration.ofMillis(50)))) {
      traffic.end(3);

      await().until(() -> traffic.pipeline().stats().acked() == 3);
      assertThat(exporter.taken()).hasSize(3);
    }
  }

  @Test
  void onEnd_deliversFullBatchAtOnce() {
    try (Traffic traffic = new Traffic(builder().scheduleDelay(Duration.ofDays(1)))) {
      traffic.end(512);

      await().until(() -> traffic.pipeline().stats().acked() == 512);
      assertThat(exporter.batchSizes()).containsExactly(512);
    }
  }

  @Test
  void onEnd_ignoresUnsampledSpans() {
    SpanPipeline pipeline = builder().build();
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setSampler(Sampler.alwaysOff())
            .addSpanProcessor(pipeline)
            .build()) {
      provider.get("test").spanBuilder("unsampled").startSpan().end();

      assertThat(pipeline.stats().ended()).isZero();
    }
  }

  @Test
  void onEnd_overBudgetOfSpansDropsNewest() {
    AtomicBoolean up = new AtomicBoolean();
    exporter.behave(spans -> result(up.get()));
    try (Traffic traffic = new Traffic(builder().maxQueueSpans(1_000))) {
      traffic.end(1_500);

      assertThat(traffic.pipeline().stats().lost(DropReason.QUEUE_FULL)).isEqualTo(500);
      assertThat(traffic.pipeline().stats().waiting()).isEqualTo(1_000);
      traffic.assertAccounted();

      up.set(true);
      assertThat(traffic.pipeline().flush(LONG)).isFalse();
      assertThat(ids()).containsExactlyElementsOf(numbers(0, 1_000));
      traffic.assertAccounted();
    }
  }

  @Test
  void onEnd_overBudgetOfBytesDropsNewest() {
    exporter.behave(spans -> CompletableResultCode.ofFailure());
    try (Traffic traffic = new Traffic(builder().maxQueueBytes(100_000))) {
      traffic.end(1_500);

      PipelineStats stats = traffic.pipeline().stats();
      assertThat(stats.waitingBytes()).isLessThanOrEqualTo(100_000);
      assertThat(stats.waiting()).isBetween(100L, 300L);
      assertThat(stats.lost(DropReason.QUEUE_FULL)).isEqualTo(1_500 - stats.waiting());
      traffic.assertAccounted();
    }
  }

  @Test
  void onEnd_spanLargerThanTheQueueIsTooLarge() {
    try (Traffic traffic = new Traffic(builder().maxQueueBytes(65_536))) {
      traffic.end(1, "x".repeat(70_000));

      assertThat(traffic.pipeline().stats().lost(DropReason.TOO_LARGE)).isEqualTo(1);
      assertThat(traffic.pipeline().flush(LONG)).isFalse();
      traffic.end(1);
      assertThat(traffic.pipeline().flush(LONG)).as("the loss was told").isTrue();
    }
  }

  /** With a collector that hangs and a queue that is full, which is when stock queues contend. */
  @Test
  void onEnd_neverWaits() {
    exporter.behave(spans -> new CompletableResultCode());
    try (Traffic traffic = new Traffic(builder().maxQueueSpans(1_000))) {
      traffic.end(50_000);

      long[] nanos = new long[100_000];
      for (int i = 0; i < nanos.length; i++) {
        long start = System.nanoTime();
        traffic.end(1);
        nanos[i] = System.nanoTime() - start;
      }

      Arrays.sort(nanos);
      long p999 = nanos[nanos.length - nanos.length / 1_000];
      assertThat(p999).isLessThan(TimeUnit.MILLISECONDS.toNanos(1));
      assertThat(traffic.pipeline().stats().lost(DropReason.QUEUE_FULL)).isEqualTo(149_000);
    }
  }

  @Test
  void onEnd_concurrentProducersLoseNothing() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Traffic traffic = new Traffic(builder())) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        tasks.add(
            () -> {
              traffic.end(2_500);
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(tasks)) {
        assertThat(done.get()).isNull();
      }

      assertThat(traffic.pipeline().flush(LONG)).isTrue();
      assertThat(ids()).containsExactlyInAnyOrderElementsOf(numbers(0, 20_000));
      assertThat(traffic.pipeline().stats().waiting()).isZero();
      assertThat(traffic.pipeline().stats().waitingBytes()).isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void worker_failedBatchIsOfferedAgainInOrder() {
    AtomicBoolean first = new AtomicBoolean(true);
    exporter.behave(spans -> result(!first.getAndSet(false)));
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(1_100);

      assertThat(traffic.pipeline().flush(LONG)).isTrue();
      assertThat(ids()).containsExactlyElementsOf(numbers(0, 1_100));
      assertThat(traffic.pipeline().stats().retries()).isEqualTo(1);
    }
  }

  @Test
  void worker_survivesInterrupt() {
    AtomicReference<@Nullable Thread> worker = new AtomicReference<>();
    exporter.behave(
        spans -> {
          worker.set(Thread.currentThread());
          return CompletableResultCode.ofSuccess();
        });
    try (Traffic traffic = new Traffic(builder().scheduleDelay(Duration.ofMillis(50)))) {
      traffic.end(1);
      await().until(() -> worker.get() != null);

      requireNonNull(worker.get()).interrupt();
      traffic.end(5_000);

      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> traffic.pipeline().stats().acked() == 5_001);
      assertThat(traffic.pipeline().stats().workerErrors()).isEqualTo(1);
      assertThat(traffic.pipeline().flush(LONG)).isTrue();
    }
  }

  @Test
  void worker_interruptInTheExporterLosesNothing() {
    exporter.behave(
        spans -> {
          CompletableResultCode later = new CompletableResultCode();
          Thread.currentThread().interrupt();
          Thread completer =
              new Thread(
                  () -> {
                    await().pollDelay(Duration.ofMillis(20)).until(() -> true);
                    later.succeed();
                  });
          completer.start();
          return later;
        });
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(10);

      assertThat(traffic.pipeline().flush(LONG)).isTrue();
      assertThat(exporter.calls()).as("not sent twice").isEqualTo(1);
      assertThat(traffic.pipeline().stats().workerErrors()).isEqualTo(1);
    }
  }

  @Test
  void worker_survivesErrorsAndSendsTheNextBatchWithinASecond() {
    List<Throwable> failures =
        new ArrayList<>(
            List.of(
                new IllegalStateException("broken"),
                new OutOfMemoryError("pretended"),
                new NoClassDefFoundError("missing")));
    List<Long> times = new ArrayList<>();
    exporter.behave(
        spans -> {
          times.add(System.nanoTime());
          if (!failures.isEmpty()) {
            throwUnchecked(failures.remove(0));
          }
          return CompletableResultCode.ofSuccess();
        });
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(100);

      assertThat(traffic.pipeline().flush(LONG)).isTrue();
      assertThat(ids()).containsExactlyElementsOf(numbers(0, 100));
      assertThat(traffic.pipeline().stats().workerErrors()).isEqualTo(3);
      for (int i = 1; i < 4; i++) {
        assertThat(times.get(i) - times.get(i - 1)).isLessThan(TimeUnit.SECONDS.toNanos(1));
      }
    }
  }

  /** One span that breaks the exporter must cost one span, not its batch and not the pipeline. */
  @Test
  void worker_isolatesTheSpanThatThrows() {
    exporter.behave(
        spans -> {
          if (spans.stream().anyMatch(span -> id(span) == 5L)) {
            throw new IllegalStateException("span 5");
          }
          return CompletableResultCode.ofSuccess();
        });
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(16);

      assertThat(traffic.pipeline().flush(LONG)).isFalse();
      assertThat(ids()).hasSize(15).doesNotContain(5L);
      assertThat(traffic.pipeline().stats().rejectedByStatus()).containsExactly(entry(-1, 1L));
    }
  }

  @Test
  void worker_expiresWhatAnExporterNeverTakes() {
    exporter.behave(spans -> CompletableResultCode.ofFailure());
    try (Traffic traffic = new Traffic(builder().maxRetryTime(Duration.ofMillis(1)))) {
      traffic.end(10);

      assertThat(traffic.pipeline().flush(LONG)).isFalse();
      await().until(() -> traffic.pipeline().stats().lost(DropReason.EXPIRED) == 10);
    }
  }

  @Test
  void worker_isADaemonWithoutAClassLoader() {
    AtomicReference<@Nullable Thread> worker = new AtomicReference<>();
    exporter.behave(
        spans -> {
          worker.set(Thread.currentThread());
          return CompletableResultCode.ofSuccess();
        });
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(1);
      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      Thread thread = requireNonNull(worker.get());
      assertThat(thread.isDaemon()).isTrue();
      assertThat(thread.getContextClassLoader()).isNull();
      assertThat(thread.getName()).startsWith("observe-export");
    }
  }

  @Test
  void settings_takeTheNamesOfTheBatchProcessor() {
    SpanPipelineBuilder builder =
        builder()
            .settings(
                Traffic.config(
                    Map.of(
                        "otel.bsp.max.queue.size", "100",
                        "otel.bsp.max.export.batch.size", "10",
                        "otel.bsp.schedule.delay", "20",
                        "otel.bsp.export.timeout", "1000")));
    try (Traffic traffic = new Traffic(builder)) {
      traffic.end(50);

      await().until(() -> traffic.pipeline().stats().acked() == 50);
      assertThat(exporter.batchSizes()).allMatch(size -> size <= 10);
    }
  }

  @Test
  void builder_badArguments() {
    assertThatThrownBy(() -> builder().maxQueueSpans(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxQueueSpans must be at least 1, was 0");
    assertThatThrownBy(() -> builder().maxQueueBytes(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxQueueBytes must be at least 65536, was 1");
    assertThatThrownBy(() -> builder().maxBatchSpans(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxBatchSpans must be at least 1, was 0");
    assertThatThrownBy(() -> builder().scheduleDelay(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scheduleDelay must be at least 1 ms, was PT0S");
    assertThatThrownBy(() -> builder().shutdownTimeout(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("shutdownTimeout must be at least 0 ms, was PT-1S");
    assertThatThrownBy(
            () -> builder().settings(Traffic.config(Map.of("otel.bsp.max.queue.size", "0"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("otel.bsp.max.queue.size must be at least 1, was 0");
  }

  private List<Long> ids() {
    List<Long> ids = new ArrayList<>();
    exporter.taken().forEach(span -> ids.add(id(span)));
    return ids;
  }

  private static long id(SpanData span) {
    return requireNonNull(span.getAttributes().get(AttributeKey.longKey("test.id")));
  }

  private static List<Long> numbers(long from, long to) {
    List<Long> numbers = new ArrayList<>();
    for (long i = from; i < to; i++) {
      numbers.add(i);
    }
    return numbers;
  }

  private static CompletableResultCode result(boolean success) {
    return success ? CompletableResultCode.ofSuccess() : CompletableResultCode.ofFailure();
  }

  private static void throwUnchecked(Throwable failure) {
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    throw (Error) failure;
  }
}
