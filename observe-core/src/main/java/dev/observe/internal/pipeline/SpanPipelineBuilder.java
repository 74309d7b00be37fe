/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static java.util.Objects.requireNonNull;

import dev.observe.internal.util.NanoClock;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/** Builds a {@link SpanPipeline}. Not safe for use by several threads. */
public final class SpanPipelineBuilder {
  /** The default of {@link #maxQueueSpans}. */
  public static final int DEFAULT_MAX_QUEUE_SPANS = 65_536;

  /** The default of {@link #maxQueueBytes}: 64 MiB. */
  public static final long DEFAULT_MAX_QUEUE_BYTES = 64L * 1024 * 1024;

  /** The default of {@link #maxBatchSpans}. */
  public static final int DEFAULT_MAX_BATCH_SPANS = 512;

  /** The time for one span of a synchronous pipeline, if the exporter has no limit: as OTLP's. */
  private static final long SYNCHRONOUS_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

  final BatchSender exporter;
  SenderFactory senderFactory = (exporterSender, pipeline) -> exporterSender;
  boolean synchronous;
  long maxQueueSpans = DEFAULT_MAX_QUEUE_SPANS;
  long maxQueueBytes = DEFAULT_MAX_QUEUE_BYTES;
  private int maxBatchSpans = DEFAULT_MAX_BATCH_SPANS;
  long scheduleDelayNanos = TimeUnit.SECONDS.toNanos(5);
  long exportTimeoutNanos = TimeUnit.SECONDS.toNanos(30);
  long maxRetryNanos = TimeUnit.MINUTES.toNanos(10);
  long shutdownTimeoutNanos = TimeUnit.SECONDS.toNanos(5);
  Runnable onFirstFailure = () -> {};
  final LongSupplier nanoClock = NanoClock.SYSTEM;
  final DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

  SpanPipelineBuilder(SpanExporter exporter) {
    this.exporter = exporter instanceof BatchSender known ? known : new ExporterSender(exporter);
  }

  /**
   * Limits how many spans may wait, including those in flight.
   *
   * <p>Defaults to {@value #DEFAULT_MAX_QUEUE_SPANS}.
   *
   * @param maxQueueSpans the number of spans, at least 1
   * @throws IllegalArgumentException if {@code maxQueueSpans} is less than 1
   */
  public SpanPipelineBuilder maxQueueSpans(int maxQueueSpans) {
    this.maxQueueSpans = atLeast("maxQueueSpans", 1, maxQueueSpans);
    return this;
  }

  /**
   * Limits the estimated size of the waiting spans. Their heap stays under twice this limit.
   *
   * <p>Defaults to {@value #DEFAULT_MAX_QUEUE_BYTES}.
   *
   * @param maxQueueBytes the size in bytes, at least 65536
   * @throws IllegalArgumentException if {@code maxQueueBytes} is less than 65536
   */
  public SpanPipelineBuilder maxQueueBytes(long maxQueueBytes) {
    this.maxQueueBytes = atLeast("maxQueueBytes", 65_536, maxQueueBytes);
    return this;
  }

  /**
   * Limits how many spans one request has. The size of the queue is a limit too.
   *
   * <p>Defaults to {@value #DEFAULT_MAX_BATCH_SPANS}.
   *
   * @param maxBatchSpans the number of spans, at least 1
   * @throws IllegalArgumentException if {@code maxBatchSpans} is less than 1
   */
  public SpanPipelineBuilder maxBatchSpans(int maxBatchSpans) {
    this.maxBatchSpans = (int) atLeast("maxBatchSpans", 1, maxBatchSpans);
    return this;
  }

  /**
   * Limits how long a span waits for its batch to fill, while the collector accepts batches.
   *
   * <p>Defaults to 5 seconds.
   *
   * @throws IllegalArgumentException if {@code scheduleDelay} is less than 1 ms
   */
  public SpanPipelineBuilder scheduleDelay(Duration scheduleDelay) {
    this.scheduleDelayNanos = atLeastMillis("scheduleDelay", 1, scheduleDelay);
    return this;
  }

  /**
   * Limits one attempt to deliver a batch. A shorter limit of the exporter has precedence.
   *
   * <p>Defaults to 30 seconds.
   *
   * @throws IllegalArgumentException if {@code exportTimeout} is less than 1 ms
   */
  public SpanPipelineBuilder exportTimeout(Duration exportTimeout) {
    this.exportTimeoutNanos = atLeastMillis("exportTimeout", 1, exportTimeout);
    return this;
  }

  /**
   * Limits how long a batch is retried with an exporter that does not distinguish a permanent
   * refusal from an outage. OTLP does, so there this has no effect: only the queue is a limit.
   *
   * <p>Defaults to 10 minutes.
   *
   * @throws IllegalArgumentException if {@code maxRetryTime} is less than 1 ms
   */
  public SpanPipelineBuilder maxRetryTime(Duration maxRetryTime) {
    this.maxRetryNanos = atLeastMillis("maxRetryTime", 1, maxRetryTime);
    return this;
  }

  /**
   * Limits how long {@link SpanPipeline#close()} and {@link SpanPipeline#shutdown()} take.
   *
   * <p>Defaults to 5 seconds; with zero, the waiting spans are dropped.
   *
   * @throws IllegalArgumentException if {@code shutdownTimeout} is negative
   */
  public SpanPipelineBuilder shutdownTimeout(Duration shutdownTimeout) {
    this.shutdownTimeoutNanos = atLeastMillis("shutdownTimeout", 0, shutdownTimeout);
    return this;
  }

  /**
   * Sends each span by itself and makes the thread that ends it wait until it is settled.
   *
   * <p>The wait ends after the timeout of the exporter, or after 10 seconds if it has none; the
   * span is then still in flight. A failed send is not retried. For learning and for tests: threads
   * wait for each other.
   */
  public SpanPipelineBuilder synchronous() {
    this.synchronous = true;
    this.maxBatchSpans = 1;
    long limit = exporter.timeoutNanos();
    this.exportTimeoutNanos = limit == Long.MAX_VALUE ? SYNCHRONOUS_TIMEOUT_NANOS : limit;
    return this;
  }

  /** Sets the factory of the sender, which by default is the sender of the exporter. */
  public SpanPipelineBuilder sender(SenderFactory factory) {
    this.senderFactory = requireNonNull(factory, "factory");
    return this;
  }

  /** Sets a callback for the first failed batch. The worker runs it once, so it must be fast. */
  public SpanPipelineBuilder onFirstFailure(Runnable action) {
    this.onFirstFailure = requireNonNull(action, "action");
    return this;
  }

  /**
   * Sets the options that {@code otel.bsp.schedule.delay}, {@code otel.bsp.max.queue.size}, {@code
   * otel.bsp.max.export.batch.size} and {@code otel.bsp.export.timeout} define.
   *
   * @throws IllegalArgumentException if a value is out of its option's range
   */
  public SpanPipelineBuilder settings(ConfigProperties config) {
    scheduleDelayNanos = nanos(config, "otel.bsp.schedule.delay", scheduleDelayNanos);
    maxQueueSpans = number(config, "otel.bsp.max.queue.size", maxQueueSpans);
    maxBatchSpans = (int) number(config, "otel.bsp.max.export.batch.size", maxBatchSpans);
    exportTimeoutNanos = nanos(config, "otel.bsp.export.timeout", exportTimeoutNanos);
    return this;
  }

  int maxBatchSpans() {
    return (int) Math.min(maxBatchSpans, maxQueueSpans);
  }

  /**
   * Returns a started pipeline.
   *
   * @throws IllegalArgumentException if the factory of the sender throws it
   */
  public SpanPipeline build() {
    SpanPipeline pipeline = new SpanPipeline(this);
    pipeline.start();
    return pipeline;
  }

  private static long nanos(ConfigProperties config, String name, long currentNanos) {
    Duration value = config.getDuration(name);
    return value == null ? currentNanos : atLeastMillis(name, 1, value);
  }

  private static long number(ConfigProperties config, String name, long current) {
    Integer value = config.getInt(name);
    return value == null ? current : atLeast(name, 1, value);
  }

  private static long atLeast(String name, long least, long value) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
    }
    return value;
  }

  private static long atLeastMillis(String name, long leastMillis, Duration value) {
    requireNonNull(value, name);
    if (value.compareTo(Duration.ofMillis(leastMillis)) < 0) {
      throw new IllegalArgumentException(
          name + " must be at least " + leastMillis + " ms, was " + value);
    }
    return SpanPipeline.nanos(value);
  }
}
