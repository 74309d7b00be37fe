/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.observe.DropReason;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The worker survives failures of the exporter, and sends everything again. */
@Timeout(60)
class ExportWorkerTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final FakeExporter exporter = new FakeExporter();

  private SpanPipelineBuilder builder() {
    return SpanPipeline.builder(exporter);
  }

  @Test
  void worker_failedBatch_isRetriedInOrder() {
    AtomicBoolean first = new AtomicBoolean(true);
    exporter.behave(
        spans ->
            first.getAndSet(false)
                ? CompletableResultCode.ofFailure()
                : CompletableResultCode.ofSuccess());
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(1_100);

      assertThat(traffic.pipeline().flush(LONG)).isTrue();
      assertThat(exporter.ids()).containsExactlyElementsOf(Traffic.numbers(0, 1_100));
      assertThat(traffic.pipeline().stats().retries()).isEqualTo(1);
    }
  }

  @Test
  void worker_interrupted_continues() {
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
          .until(() -> traffic.pipeline().stats().acknowledged() == 5_001);
      assertThat(traffic.pipeline().stats().workerErrors()).isEqualTo(1);
      assertThat(traffic.pipeline().flush(LONG)).isTrue();
    }
  }

  @Test
  void worker_interruptedInExporter_losesNothing() {
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
  void worker_exporterThrows_retriesWithinASecond() {
    List<Throwable> failures =
        new ArrayList<>(
            List.of(
                new IllegalStateException("broken"),
                new OutOfMemoryError("simulated"),
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
      assertThat(exporter.ids()).containsExactlyElementsOf(Traffic.numbers(0, 100));
      assertThat(traffic.pipeline().stats().workerErrors()).isEqualTo(3);
      for (int i = 1; i < 4; i++) {
        assertThat(times.get(i) - times.get(i - 1)).isLessThan(TimeUnit.SECONDS.toNanos(1));
      }
    }
  }

  /** A span that breaks the exporter must not cost its batch or the pipeline. */
  @Test
  void worker_exporterThrowsForOneSpan_rejectsThatSpan() {
    exporter.behave(
        spans -> {
          if (spans.stream().anyMatch(span -> FakeExporter.id(span) == 5L)) {
            throw new IllegalStateException("span 5");
          }
          return CompletableResultCode.ofSuccess();
        });
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(16);

      assertThat(traffic.pipeline().flush(LONG)).isFalse();
      assertThat(exporter.ids()).hasSize(15).doesNotContain(5L);
      assertThat(traffic.pipeline().stats().rejectedByStatus()).containsExactly(entry(-1, 1L));
    }
  }

  @Test
  void worker_exporterAlwaysFails_spansExpire() {
    exporter.behave(spans -> CompletableResultCode.ofFailure());
    try (Traffic traffic = new Traffic(builder().maxRetryTime(Duration.ofMillis(1)))) {
      traffic.end(10);

      assertThat(traffic.pipeline().flush(LONG)).isFalse();
      await().until(() -> traffic.pipeline().stats().lost(DropReason.EXPIRED) == 10);
    }
  }

  @Test
  void worker_thread_isDaemonWithoutClassLoader() {
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

  /** A fatal error must reach the application's handler, and must not leave the queue unsent. */
  @Test
  void worker_fatalError_reachesUncaughtHandlerAndWorkerContinues() {
    OutOfMemoryError fatal = new OutOfMemoryError("simulated");
    List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    AtomicBoolean first = new AtomicBoolean(true);
    exporter.behave(
        spans -> {
          if (first.getAndSet(false)) {
            Thread.currentThread()
                .setUncaughtExceptionHandler(
                    (thread, e) -> {
                      uncaught.add(e);
                      throw new IllegalStateException("the handler throws too");
                    });
            throw fatal;
          }
          return CompletableResultCode.ofSuccess();
        });
    try (Traffic traffic = new Traffic(builder())) {
      traffic.end(10);

      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      assertThat(uncaught).containsExactly(fatal);
      assertThat(exporter.ids()).containsExactlyElementsOf(Traffic.numbers(0, 10));
      assertThat(traffic.pipeline().stats().workerErrors()).isEqualTo(1);
    }
  }

  private static void throwUnchecked(Throwable failure) {
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    throw (Error) failure;
  }
}
