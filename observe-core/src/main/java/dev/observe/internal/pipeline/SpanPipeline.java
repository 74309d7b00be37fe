/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static java.util.Objects.requireNonNull;

import dev.observe.DropReason;
import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.SafeText;
import dev.observe.internal.util.Timeouts;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Delivers ended spans through one exporter, and counts the outcome of each. Replaces
 * OpenTelemetry's batch processor.
 *
 * <p>Spans wait in a queue that is bounded by number and by bytes. A batch that the collector does
 * not accept is retried, in order, until it does; when the queue is full the newest span is dropped
 * and counted. Ending a span neither blocks nor does I/O, unless the pipeline is {@linkplain
 * SpanPipelineBuilder#synchronous synchronous}.
 *
 * <p>Safe for use by any number of threads. {@link #close()} it, or the waiting spans are lost.
 */
public final class SpanPipeline implements SpanProcessor {
  /** Numbers the pipelines of a process, as the conventions number its components. */
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final SpanPipelineBuilder options;
  private final PipelineState state;
  private final SpanQueue queue;
  private final SpanCounts counts;
  private final InFlightBatch batch;
  private final FlushTickets tickets;
  private final SpanSizeEstimator sizeEstimator = new SpanSizeEstimator();
  private final BatchSender sender;
  private final ExportWorker worker;
  private final int maxSpanBytes;
  private final AtomicReference<@Nullable CompletableResultCode> shutdown = new AtomicReference<>();
  private final String componentName = "observe_span_pipeline/" + COUNT.getAndIncrement();

  SpanPipeline(SpanPipelineBuilder options) {
    this.options = options;
    this.state = new PipelineState(options);
    this.queue = state.queue;
    this.counts = state.counts;
    this.batch = state.batch;
    this.tickets = state.tickets;
    this.maxSpanBytes = (int) Math.min(Integer.MAX_VALUE, options.maxQueueBytes);
    this.sender = options.senderFactory.create(options.exporter, state);
    this.worker = new ExportWorker(state, sender);
  }

  /** Returns a builder of a pipeline that delivers through {@code exporter} and closes it. */
  public static SpanPipelineBuilder builder(SpanExporter exporter) {
    return new SpanPipelineBuilder(requireNonNull(exporter, "exporter"));
  }

  void start() {
    worker.start();
  }

  /** Does nothing: the pipeline handles only ended spans. */
  @Override
  public void onStart(Context parentContext, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  /** Queues a sampled span. Throws only errors after which the JVM must not continue. */
  @Override
  public void onEnd(ReadableSpan span) {
    if (!span.getSpanContext().isSampled()) {
      return;
    }
    counts.ended.increment();
    DropReason loss = DropReason.REJECTED;
    try {
      loss = enqueue(span);
    } catch (Throwable t) {
      // Attributes and trace state are interfaces: implementations of others may throw anything.
      FatalErrors.rethrow(t);
      state.log.rejection("the data of the span threw " + SafeText.describe(t));
    } finally {
      if (loss != null) {
        counts.lostAtEntry(loss);
      }
    }
    if (options.synchronous && loss == null && !worker.isCurrentThread()) {
      tickets.awaitSettled(options.exportTimeoutNanos);
    }
  }

  private static SpanData detached(ReadableSpan span) {
    // Our own spans are their data, and reference nothing else unless they recorded an exception.
    return span instanceof SpanData data && data.getEvents().isEmpty()
        ? data
        : new DetachedSpan(span.toSpanData());
  }

  private @Nullable DropReason enqueue(ReadableSpan ended) {
    if (batch.closed()) {
      return DropReason.SHUTDOWN;
    }
    if (queue.isFull()) {
      // Before copying and weighing, which take most of the time of an end.
      return DropReason.QUEUE_FULL;
    }
    SpanData span = detached(ended);
    int bytes = sizeEstimator.of(span);
    if (bytes > maxSpanBytes) {
      return DropReason.TOO_LARGE;
    }
    SpanQueue.Entry entry = queue.offer(span, bytes);
    if (entry == null) {
      return DropReason.QUEUE_FULL;
    }
    worker.spanQueued();
    if (batch.takeBackIfClosed(entry)) {
      tickets.completeDue();
    }
    return null;
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  /**
   * Sends the waiting spans and waits until they are acknowledged.
   *
   * <p>A loss makes one flush false: spans whose loss an earlier flush has reported do not count.
   *
   * @param timeout the longest wait; zero does not wait
   * @return whether every span that ended before this call was acknowledged
   */
  public boolean flush(Duration timeout) {
    long nanos = nanos(timeout);
    FlushTickets.Ticket ticket = tickets.open(nanos);
    worker.flushNow();
    // An interrupt ends the wait early, with the same result as the deadline.
    ticket.result().join(nanos, TimeUnit.NANOSECONDS);
    tickets.expire(ticket);
    return ticket.result().isSuccess();
  }

  /** Flushes like {@link #flush}, without waiting; fails after the export timeout. */
  @Override
  public CompletableResultCode forceFlush() {
    FlushTickets.Ticket ticket = tickets.open(options.exportTimeoutNanos);
    worker.flushNow();
    return ticket.result();
  }

  /**
   * Delivers the waiting spans within the timeout, and stops.
   *
   * <p>The first call sets the deadline. Further calls, from this or other threads, wait for it and
   * return the same report. Spans that end later are counted as lost.
   *
   * @param timeout the longest wait; with zero nothing more is sent
   */
  public ExportReport close(Duration timeout) {
    return worker.close(nanos(timeout));
  }

  /** Closes within the shutdown timeout, see {@link #close(Duration)}. */
  @Override
  public void close() {
    worker.close(options.shutdownTimeoutNanos);
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
    ExportReport done = batch.report();
    if (done != null) {
      return complete(mine, done);
    }
    Thread closer =
        DaemonThreads.factory("observe-export-close")
            .newThread(() -> complete(mine, worker.close(options.shutdownTimeoutNanos)));
    closer.start();
    return mine;
  }

  private static CompletableResultCode complete(CompletableResultCode result, ExportReport report) {
    return report.lost().isEmpty() && report.spooled() == 0 ? result.succeed() : result.fail();
  }

  /** Returns the counts so far. */
  public PipelineStats stats() {
    return new PipelineStats(
        componentName,
        options.maxQueueSpans,
        counts.ended.sum(),
        counts.recovered.get(),
        counts.acknowledged.get(),
        queue.waiting(),
        sender.keptSpans(),
        queue.bytes(),
        counts.retries.get(),
        counts.workerErrors.get(),
        counts.lost(),
        counts.rejectedByStatus());
  }

  @Override
  public String toString() {
    return "SpanPipeline{" + stats() + "}";
  }

  static long nanos(Duration timeout) {
    return Math.max(0, Timeouts.nanos(timeout));
  }
}
