/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link SpanPipeline}. Not safe for use by several threads.
 *
 * @since 0.1
 */
public final class SpanPipelineBuilder {
  /** The default of {@link #maxQueueSpans}. */
  public static final int DEFAULT_MAX_QUEUE_SPANS = 65_536;

  /** The default of {@link #maxQueueBytes}: 64 MiB. */
  public static final long DEFAULT_MAX_QUEUE_BYTES = 64L * 1024 * 1024;

  /** The default of {@link #maxBatchSpans}. */
  public static final int DEFAULT_MAX_BATCH_SPANS = 512;

  /** The size of a spool where the settings give none: 256 MiB. */
  public static final long DEFAULT_MAX_SPOOL_BYTES = 256L * 1024 * 1024;

  final SpanExporter exporter;
  long maxQueueSpans = DEFAULT_MAX_QUEUE_SPANS;
  long maxQueueBytes = DEFAULT_MAX_QUEUE_BYTES;
  private int maxBatchSpans = DEFAULT_MAX_BATCH_SPANS;
  long scheduleDelayNanos = TimeUnit.SECONDS.toNanos(5);
  public long exportTimeoutNanos = TimeUnit.SECONDS.toNanos(30);
  long maxRetryNanos = TimeUnit.MINUTES.toNanos(10);
  long shutdownTimeoutNanos = TimeUnit.SECONDS.toNanos(5);
  @Nullable Path spoolDirectory;
  long maxSpoolBytes = DEFAULT_MAX_SPOOL_BYTES;
  Runnable onFirstFailure = () -> {};
  public LongSupplier nanoClock = System::nanoTime;
  public DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

  SpanPipelineBuilder(SpanExporter exporter) {
    this.exporter = exporter;
  }

  /**
   * Limits how many spans may wait; those on their way count.
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
   * Limits the estimated size of the spans that wait. The heap they hold stays under twice this.
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
   * Limits how many spans go in one request. A queue that holds fewer limits it as well.
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
   * Sets how long a span waits at most for its batch to fill up, while all is well.
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
   * Limits one attempt to deliver a batch; an exporter's own, shorter, limit counts too.
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
   * Limits how long a batch is offered again to an exporter that cannot tell a refusal for good
   * from an outage. OTLP over HTTP can, so this does not bind it: there only the queue's limits do.
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
   * <p>Defaults to 5 seconds; with zero, what waits is given up at once.
   *
   * @throws IllegalArgumentException if {@code shutdownTimeout} is negative
   */
  public SpanPipelineBuilder shutdownTimeout(Duration shutdownTimeout) {
    this.shutdownTimeoutNanos = atLeastMillis("shutdownTimeout", 0, shutdownTimeout);
    return this;
  }

  /**
   * Keeps spans on disk until they are acknowledged, so that those of a process that is killed are
   * delivered by the next one that uses the directory; at most the last second is lost.
   *
   * <p>Every span is written, half a second after its end at the latest, and the memory it held is
   * free then. When the disk's share is used up, further spans wait in memory as they do without a
   * spool. Files can be read by their owner only. Nothing is forced to the disk: a spool is for the
   * death of processes, not of machines.
   *
   * <p>Off by default.
   *
   * @param directory for this pipeline alone; created when it is not there
   * @param maxBytes the size in bytes that the files may have together, at least 1048576
   * @throws IllegalArgumentException if {@code maxBytes} is less than 1048576
   */
  public SpanPipelineBuilder spool(Path directory, long maxBytes) {
    this.spoolDirectory = requireNonNull(directory, "directory");
    this.maxSpoolBytes = atLeast("maxBytes", 1_048_576, maxBytes);
    return this;
  }

  /**
   * Sets what is called, once, when the first batch is not taken: by the worker, so it must be
   * quick.
   */
  public SpanPipelineBuilder onFirstFailure(Runnable action) {
    this.onFirstFailure = requireNonNull(action, "action");
    return this;
  }

  /** Sets the clock that durations are measured with, for tests. */
  public SpanPipelineBuilder nanoClock(LongSupplier nanoClock) {
    this.nanoClock = requireNonNull(nanoClock, "nanoClock");
    return this;
  }

  /** Sets the source of jitter, numbers from 0 to 1. */
  public SpanPipelineBuilder random(DoubleSupplier random) {
    this.random = requireNonNull(random, "random");
    return this;
  }

  /**
   * Takes the values of {@code otel.bsp.schedule.delay}, {@code otel.bsp.max.queue.size}, {@code
   * otel.bsp.max.export.batch.size} and {@code otel.bsp.export.timeout} where they are set.
   *
   * @throws IllegalArgumentException if a value is out of its option's range
   */
  public SpanPipelineBuilder settings(ConfigProperties config) {
    Duration delay = config.getDuration("otel.bsp.schedule.delay");
    if (delay != null) {
      this.scheduleDelayNanos = atLeastMillis("otel.bsp.schedule.delay", 1, delay);
    }
    Integer spans = config.getInt("otel.bsp.max.queue.size");
    if (spans != null) {
      this.maxQueueSpans = atLeast("otel.bsp.max.queue.size", 1, spans);
    }
    Integer batch = config.getInt("otel.bsp.max.export.batch.size");
    if (batch != null) {
      this.maxBatchSpans = (int) atLeast("otel.bsp.max.export.batch.size", 1, batch);
    }
    Duration timeout = config.getDuration("otel.bsp.export.timeout");
    if (timeout != null) {
      this.exportTimeoutNanos = atLeastMillis("otel.bsp.export.timeout", 1, timeout);
    }
    return this;
  }

  public int maxBatchSpans() {
    return (int) Math.min(maxBatchSpans, maxQueueSpans);
  }

  /**
   * Returns a pipeline whose worker runs.
   *
   * @throws IllegalArgumentException if there is a spool and its directory cannot be used, another
   *     process uses it, or the exporter is not OTLP over HTTP
   */
  public SpanPipeline build() {
    SpanPipeline pipeline = new SpanPipeline(this);
    pipeline.start();
    return pipeline;
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
