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
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.TraceStateBuilder;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
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
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the queue and the worker of a pipeline with an exporter in memory. */
@Timeout(60)
class SpanPipelineTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final FakeExporter exporter = new FakeExporter();

  private SpanPipelineBuilder builder() {
    return SpanPipeline.builder(exporter);
  }

  @Test
  void onEnd_batchNotFull_isDeliveredAfterScheduleDelay() {
    try (Traffic traffic = new Traffic(builder().scheduleDelay(Duration.ofMillis(50)))) {
      traffic.end(3);

      await().until(() -> traffic.pipeline().stats().acknowledged() == 3);
      assertThat(exporter.taken()).hasSize(3);
    }
  }

  @Test
  void onEnd_batchFull_isDeliveredAtOnce() {
    try (Traffic traffic = new Traffic(builder().scheduleDelay(Duration.ofDays(1)))) {
      traffic.end(512);

      await().until(() -> traffic.pipeline().stats().acknowledged() == 512);
      assertThat(exporter.batchSizes()).containsExactly(512);
    }
  }

  @Test
  void onEnd_unsampledSpan_isIgnored() {
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
  void onEnd_tooManySpans_dropsNewest() {
    AtomicBoolean up = new AtomicBoolean();
    exporter.behave(spans -> result(up.get()));
    try (Traffic traffic = new Traffic(builder().maxQueueSpans(1_000))) {
      traffic.end(1_500);

      assertThat(traffic.pipeline().stats().lost(DropReason.QUEUE_FULL)).isEqualTo(500);
      assertThat(traffic.pipeline().stats().waiting()).isEqualTo(1_000);
      traffic.assertAccounted();

      up.set(true);
      assertThat(traffic.pipeline().flush(LONG)).isFalse();
      assertThat(exporter.ids()).containsExactlyElementsOf(Traffic.numbers(0, 1_000));
      traffic.assertAccounted();
    }
  }

  @Test
  void onEnd_tooManyBytes_dropsNewest() {
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
  void onEnd_spanLargerThanQueue_isTooLarge() {
    try (Traffic traffic = new Traffic(builder().maxQueueBytes(65_536))) {
      traffic.end(1, "x".repeat(70_000));

      assertThat(traffic.pipeline().stats().lost(DropReason.TOO_LARGE)).isEqualTo(1);
      assertThat(traffic.pipeline().flush(LONG)).isFalse();
      traffic.end(1);
      assertThat(traffic.pipeline().flush(LONG)).as("the loss is reported").isTrue();
    }
  }

  /** With a hanging collector and a full queue, since stock queues contend then. */
  @Test
  void onEnd_queueFull_neverWaits() {
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
  void onEnd_concurrentThreads_loseNothing() throws Exception {
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
      assertThat(exporter.ids()).containsExactlyInAnyOrderElementsOf(Traffic.numbers(0, 20_000));
      assertThat(traffic.pipeline().stats().waiting()).isZero();
      assertThat(traffic.pipeline().stats().waitingBytes()).isZero();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void onEnd_spanDataThrows_countsTheSpan() {
    SpanPipeline pipeline = builder().build();
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder().addSpanProcessor(pipeline).build()) {
      endSpanThatThrows(provider, new NoClassDefFoundError("missing"));

      assertThat(pipeline.stats().ended()).isEqualTo(1);
      assertThat(pipeline.stats().lost(DropReason.REJECTED)).isEqualTo(1);
    }
  }

  @Test
  void onEnd_fatalError_isThrownAndCountsTheSpan() {
    OutOfMemoryError fatal = new OutOfMemoryError("simulated");
    SpanPipeline pipeline = builder().build();
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder().addSpanProcessor(pipeline).build()) {
      assertThatThrownBy(() -> endSpanThatThrows(provider, fatal)).isSameAs(fatal);

      assertThat(pipeline.stats().lost(DropReason.REJECTED)).isEqualTo(1);
    }
  }

  @Test
  void synchronous_spanEnds_isSettledBeforeEndReturns() {
    try (Traffic traffic = new Traffic(builder().synchronous())) {
      for (int i = 1; i <= 20; i++) {
        traffic.end(1);
        assertThat(traffic.pipeline().stats().acknowledged()).isEqualTo(i);
      }

      assertThat(exporter.batchSizes()).containsOnly(1);
    }
  }

  @Test
  void synchronous_exporterFails_isSentOnce() {
    exporter.behave(spans -> CompletableResultCode.ofFailure());
    try (Traffic traffic = new Traffic(builder().synchronous())) {
      traffic.end(2);

      assertThat(exporter.calls()).isEqualTo(2);
      assertThat(traffic.pipeline().stats().lost(DropReason.EXPIRED)).isEqualTo(2);
      assertThat(traffic.pipeline().stats().retries()).isZero();
      assertThat(traffic.pipeline().flush(LONG)).as("no flush has reported the loss").isFalse();
    }
  }

  @Test
  void synchronous_exporterThrows_isSentOnce() {
    exporter.behave(
        spans -> {
          throw new IllegalStateException("broken");
        });
    try (Traffic traffic = new Traffic(builder().synchronous())) {
      traffic.end(2);

      assertThat(exporter.calls()).isEqualTo(2);
      assertThat(traffic.pipeline().stats().rejectedByStatus()).containsExactly(entry(-1, 2L));
    }
  }

  @Test
  void synchronous_exporterHangs_endReturnsAfterTheTimeout() {
    exporter.behave(spans -> new CompletableResultCode());
    try (Traffic traffic =
        new Traffic(builder().synchronous().exportTimeout(Duration.ofMillis(200)))) {
      long start = System.nanoTime();
      traffic.end(1);
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      assertThat(took).isBetween(Duration.ofMillis(200), Duration.ofMillis(700));
    }
  }

  @Test
  void synchronous_interruptedThread_waitsAndKeepsTheInterrupt() {
    try (Traffic traffic = new Traffic(builder().synchronous())) {
      Thread.currentThread().interrupt();
      traffic.end(1);

      assertThat(Thread.interrupted()).isTrue();
      assertThat(traffic.pipeline().stats().acknowledged()).isEqualTo(1);
    }
  }

  /** An exporter may create spans itself; waiting for them on the worker would be a deadlock. */
  @Test
  void synchronous_spanOfTheWorker_doesNotWait() {
    AtomicBoolean first = new AtomicBoolean(true);
    AtomicReference<@Nullable Traffic> current = new AtomicReference<>();
    exporter.behave(
        spans -> {
          if (first.getAndSet(false)) {
            requireNonNull(current.get()).end(1);
          }
          return CompletableResultCode.ofSuccess();
        });
    try (Traffic traffic = new Traffic(builder().synchronous())) {
      current.set(traffic);
      traffic.end(1);

      assertThat(traffic.pipeline().flush(Duration.ofSeconds(2))).isTrue();
      assertThat(exporter.taken()).hasSize(2);
    }
  }

  @Test
  void settings_batchProcessorNames_apply() {
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

      await().until(() -> traffic.pipeline().stats().acknowledged() == 50);
      assertThat(exporter.batchSizes()).allMatch(size -> size <= 10);
    }
  }

  @Test
  void builder_badArguments_throws() {
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

  /** Ends a span whose trace state throws when the pipeline reads it. */
  private static void endSpanThatThrows(SdkTracerProvider provider, Error failure) {
    TraceState state =
        new TraceState() {
          @Override
          public @Nullable String get(String key) {
            throw failure;
          }

          @Override
          public int size() {
            throw failure;
          }

          @Override
          public boolean isEmpty() {
            throw failure;
          }

          @Override
          public void forEach(BiConsumer<String, String> consumer) {
            throw failure;
          }

          @Override
          public Map<String, String> asMap() {
            throw failure;
          }

          @Override
          public TraceStateBuilder toBuilder() {
            throw failure;
          }
        };
    SpanContext parent =
        SpanContext.createFromRemoteParent(
            TraceId.fromLongs(1, 2), SpanId.fromLong(3), TraceFlags.getSampled(), state);
    provider
        .get("test")
        .spanBuilder("throws")
        .setParent(Context.root().with(Span.wrap(parent)))
        .startSpan()
        .end();
  }

  private static CompletableResultCode result(boolean success) {
    return success ? CompletableResultCode.ofSuccess() : CompletableResultCode.ofFailure();
  }
}
