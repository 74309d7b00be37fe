/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.export;

import static java.util.Objects.requireNonNull;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Delivers ended spans through one exporter, and accounts for each of them. It takes the place of
 * OpenTelemetry's batch processor.
 *
 * <p>Spans wait in a queue that is bounded by number and by bytes. What the other end does not take
 * is offered again, in order, until it does; when the queue is full the newest span is dropped and
 * counted. Ending a span neither blocks nor does I/O.
 *
 * <p>Safe for use by any number of threads. {@link #close()} it, or what waits is lost.
 *
 * @since 0.1
 */
public final class SpanPipeline implements SpanProcessor {
  /** Numbers the pipelines of a process, as the conventions number its components. */
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final SpanQueue queue;
  private final SpanWeight spanWeight = new SpanWeight();
  private final Ledger ledger = new Ledger();
  private final FlushTickets tickets;
  private final ExportWorker worker;
  private final int maxWeight;
  private final long exportTimeoutNanos;
  private final long shutdownTimeoutNanos;
  private final AtomicReference<@Nullable CompletableResultCode> shutdown = new AtomicReference<>();
  private final String componentName = "observe_span_pipeline/" + COUNT.getAndIncrement();
  private final long maxQueueSpans;

  private SpanPipeline(Builder options) {
    this.queue = new SpanQueue(options.maxQueueSpans, options.maxQueueBytes);
    this.tickets = new FlushTickets(queue, ledger, options.nanoClock);
    this.maxQueueSpans = options.maxQueueSpans;
    this.maxWeight = (int) Math.min(Integer.MAX_VALUE, options.maxQueueBytes);
    this.exportTimeoutNanos = options.exportTimeoutNanos;
    this.shutdownTimeoutNanos = options.shutdownTimeoutNanos;
    BatchSender sender =
        options.exporter instanceof BatchSender known
            ? known
            : new ResultCodeSender(options.exporter, options.exportTimeoutNanos);
    this.worker = new ExportWorker(options, queue, ledger, sender, tickets);
  }

  /** Returns a builder of a pipeline that delivers through {@code exporter} and closes it. */
  public static Builder builder(SpanExporter exporter) {
    return new Builder(requireNonNull(exporter, "exporter"));
  }

  /** Does nothing: only ended spans matter here. */
  @Override
  public void onStart(Context parentContext, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  /** Takes the span in when it was sampled; never blocks and never throws. */
  @Override
  public void onEnd(ReadableSpan span) {
    if (!span.getSpanContext().isSampled()) {
      return;
    }
    ledger.spanEnded();
    LossReason loss;
    try {
      loss = enqueue(new DetachedSpan(span.toSpanData()));
    } catch (RuntimeException e) {
      // Attributes and trace state are interfaces; somebody's implementation of them may throw.
      loss = LossReason.REJECTED;
    }
    if (loss != null) {
      ledger.lostAtEntry(loss);
    }
  }

  private @Nullable LossReason enqueue(SpanData span) {
    if (worker.hasEnded()) {
      return LossReason.SHUTDOWN;
    }
    int weight = spanWeight.of(span);
    if (weight > maxWeight) {
      return LossReason.TOO_LARGE;
    }
    SpanQueue.Entry entry = queue.offer(span, weight);
    if (entry == null) {
      return LossReason.QUEUE_FULL;
    }
    worker.spanQueued();
    worker.takeBackIfEnded(entry);
    return null;
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  /**
   * Sends what waits and waits for the answers.
   *
   * <p>A loss makes one flush false, not all that follow: spans whose loss an earlier flush has
   * told of no longer count.
   *
   * @param timeout how long to wait at most; zero only asks
   * @return whether every span that ended before this call was acknowledged
   */
  public boolean flush(Duration timeout) {
    long nanos = nanos(timeout);
    FlushTickets.Ticket ticket = tickets.open(nanos);
    worker.hurry();
    // An interrupt ends the wait early, and the answer is then as it would be at the deadline.
    ticket.result().join(nanos, TimeUnit.NANOSECONDS);
    tickets.expire(ticket);
    return ticket.result().isSuccess();
  }

  /** As {@link #flush}, without waiting; fails when that takes longer than one export may. */
  @Override
  public CompletableResultCode forceFlush() {
    FlushTickets.Ticket ticket = tickets.open(exportTimeoutNanos);
    worker.hurry();
    return ticket.result();
  }

  /**
   * Delivers what waits, as far as that goes in the time given, and stops for good.
   *
   * <p>The first call sets the deadline. Further calls, from this or other threads, wait for the
   * same end and get the same report. Spans that end later are counted as lost.
   *
   * @param timeout how long to wait at most; with zero nothing more is sent
   */
  public ExportReport close(Duration timeout) {
    return worker.close(nanos(timeout));
  }

  /** Closes within the shutdown timeout, see {@link #close(Duration)}. */
  @Override
  public void close() {
    ExportReport unused = worker.close(shutdownTimeoutNanos);
  }

  /**
   * Closes within the shutdown timeout, without waiting.
   *
   * @return succeeds when every span that ever ended was acknowledged
   */
  @Override
  public CompletableResultCode shutdown() {
    CompletableResultCode mine = new CompletableResultCode();
    if (!shutdown.compareAndSet(null, mine)) {
      return requireNonNull(shutdown.get());
    }
    Thread closer =
        OtlpTransport.Threads.factory("observe-export-close")
            .newThread(
                () -> {
                  if (worker.close(shutdownTimeoutNanos).lost().isEmpty()) {
                    mine.succeed();
                  } else {
                    mine.fail();
                  }
                });
    closer.start();
    return mine;
  }

  /** Returns what happened so far. */
  public PipelineStats stats() {
    return new PipelineStats(ledger, queue.waiting(), queue.bytes(), ledger.rejectedByStatus());
  }

  /** Returns the name by which metrics tell this pipeline from others of the process. */
  String componentName() {
    return componentName;
  }

  long maxQueueSpans() {
    return maxQueueSpans;
  }

  @Override
  public String toString() {
    return "SpanPipeline{" + stats() + "}";
  }

  private static long nanos(Duration timeout) {
    Duration longest = Duration.ofDays(1);
    if (timeout.isNegative()) {
      return 0;
    }
    return timeout.compareTo(longest) > 0 ? longest.toNanos() : timeout.toNanos();
  }

  /** Builds a {@link SpanPipeline}. Not safe for use by several threads. */
  public static final class Builder {
    /** The default of {@link #maxQueueSpans}. */
    public static final int DEFAULT_MAX_QUEUE_SPANS = 65_536;

    /** The default of {@link #maxQueueBytes}: 64 MiB. */
    public static final long DEFAULT_MAX_QUEUE_BYTES = 64L * 1024 * 1024;

    /** The default of {@link #maxBatchSpans}. */
    public static final int DEFAULT_MAX_BATCH_SPANS = 512;

    private final SpanExporter exporter;
    private long maxQueueSpans = DEFAULT_MAX_QUEUE_SPANS;
    private long maxQueueBytes = DEFAULT_MAX_QUEUE_BYTES;
    private int maxBatchSpans = DEFAULT_MAX_BATCH_SPANS;
    long scheduleDelayNanos = TimeUnit.SECONDS.toNanos(5);
    long exportTimeoutNanos = TimeUnit.SECONDS.toNanos(30);
    long maxRetryNanos = TimeUnit.MINUTES.toNanos(10);
    private long shutdownTimeoutNanos = TimeUnit.SECONDS.toNanos(5);
    Runnable onFirstFailure = () -> {};
    LongSupplier nanoClock = System::nanoTime;
    DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

    private Builder(SpanExporter exporter) {
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
    public Builder maxQueueSpans(int maxQueueSpans) {
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
    public Builder maxQueueBytes(long maxQueueBytes) {
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
    public Builder maxBatchSpans(int maxBatchSpans) {
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
    public Builder scheduleDelay(Duration scheduleDelay) {
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
    public Builder exportTimeout(Duration exportTimeout) {
      this.exportTimeoutNanos = atLeastMillis("exportTimeout", 1, exportTimeout);
      return this;
    }

    /**
     * Limits how long a batch is offered again to an exporter that cannot tell a refusal for good
     * from an outage. OTLP over HTTP can, so this does not bind it: there only the queue's limits
     * do.
     *
     * <p>Defaults to 10 minutes.
     *
     * @throws IllegalArgumentException if {@code maxRetryTime} is less than 1 ms
     */
    public Builder maxRetryTime(Duration maxRetryTime) {
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
    public Builder shutdownTimeout(Duration shutdownTimeout) {
      this.shutdownTimeoutNanos = atLeastMillis("shutdownTimeout", 0, shutdownTimeout);
      return this;
    }

    /**
     * Sets what is called, once, when the first batch is not taken: by the worker, so it must be
     * quick.
     */
    public Builder onFirstFailure(Runnable action) {
      this.onFirstFailure = requireNonNull(action, "action");
      return this;
    }

    /** Sets the clock that durations are measured with, for tests. */
    public Builder nanoClock(LongSupplier nanoClock) {
      this.nanoClock = requireNonNull(nanoClock, "nanoClock");
      return this;
    }

    /** Sets the source of jitter, numbers from 0 to 1. */
    Builder random(DoubleSupplier random) {
      this.random = requireNonNull(random, "random");
      return this;
    }

    /**
     * Takes the values of {@code otel.bsp.schedule.delay}, {@code otel.bsp.max.queue.size}, {@code
     * otel.bsp.max.export.batch.size} and {@code otel.bsp.export.timeout} where they are set.
     *
     * @throws IllegalArgumentException if a value is out of its option's range
     */
    public Builder settings(ConfigProperties config) {
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

    int maxBatchSpans() {
      return (int) Math.min(maxBatchSpans, maxQueueSpans);
    }

    /** Returns a pipeline whose worker runs. */
    public SpanPipeline build() {
      SpanPipeline pipeline = new SpanPipeline(this);
      pipeline.worker.start();
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
      return nanos(value);
    }
  }
}
