/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static java.util.Objects.requireNonNull;

import dev.observe.DropReason;
import dev.observe.internal.otlp.OtlpSpanExporter;
import dev.observe.internal.spool.Spool;
import dev.observe.internal.spool.SpoolSender;
import dev.observe.internal.spool.SpoolWorker;
import dev.observe.internal.util.DaemonThreads;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
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
public final class SpanPipeline implements AccountedProcessor {
  /** Numbers the pipelines of a process, as the conventions number its components. */
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final SpanQueue queue;
  private final SpanSizeEstimator spanWeight = new SpanSizeEstimator();
  private final SpanCounts ledger = new SpanCounts();
  private final FlushTickets tickets;
  private final InFlightBatch accounts;
  private final BatchSender sender;
  private final ExportWorker worker;
  private final int maxWeight;
  private final long exportTimeoutNanos;
  private final long shutdownTimeoutNanos;
  private final AtomicReference<@Nullable CompletableResultCode> shutdown = new AtomicReference<>();
  private final String componentName = "observe_span_pipeline/" + COUNT.getAndIncrement();
  private final long maxQueueSpans;

  SpanPipeline(SpanPipelineBuilder options) {
    this.queue = new SpanQueue(options.maxQueueSpans, options.maxQueueBytes);
    this.tickets = new FlushTickets(queue, ledger, options.nanoClock);
    this.maxQueueSpans = options.maxQueueSpans;
    this.maxWeight = (int) Math.min(Integer.MAX_VALUE, options.maxQueueBytes);
    this.exportTimeoutNanos = options.exportTimeoutNanos;
    this.shutdownTimeoutNanos = options.shutdownTimeoutNanos;
    BatchSender direct =
        options.exporter instanceof BatchSender known
            ? known
            : new ExporterSender(options.exporter, options.exportTimeoutNanos);
    PipelineLog log = new PipelineLog(direct.target(), ledger, options.nanoClock);
    this.accounts = new InFlightBatch(queue, ledger, log);
    this.sender = options.spoolDirectory == null ? direct : spooled(options, log);
    this.worker = new ExportWorker(options, sender, queue, ledger, accounts, tickets, log);
  }

  private BatchSender spooled(SpanPipelineBuilder options, PipelineLog log) {
    if (!(options.exporter instanceof OtlpSpanExporter otlp)) {
      throw new IllegalArgumentException(
          "spool must be used with OTLP over http/protobuf, was used with " + options.exporter);
    }
    Spool spool = Spool.open(requireNonNull(options.spoolDirectory), options.maxSpoolBytes);
    queue.addSpooled(spool.recoveredSpans());
    ledger.spansRecovered(spool.recoveredSpans());
    SpoolWorker delivery =
        new SpoolWorker(options, spool, otlp.newTransport(), queue, ledger, accounts, tickets, log);
    return new SpoolSender(otlp, spool, delivery);
  }

  /** Returns a builder of a pipeline that delivers through {@code exporter} and closes it. */
  public static SpanPipelineBuilder builder(SpanExporter exporter) {
    return new SpanPipelineBuilder(requireNonNull(exporter, "exporter"));
  }

  void start() {
    worker.start();
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
    DropReason loss;
    try {
      loss = enqueue(span);
    } catch (RuntimeException e) {
      // Attributes and trace state are interfaces; somebody's implementation of them may throw.
      loss = DropReason.REJECTED;
    }
    if (loss != null) {
      ledger.lostAtEntry(loss);
    }
  }

  private static SpanData detached(ReadableSpan span) {
    // A span of ours is its own data, and holds no more than that unless it recorded an exception.
    return span instanceof SpanData data && data.getEvents().isEmpty()
        ? data
        : new DetachedSpan(span.toSpanData());
  }

  private @Nullable DropReason enqueue(ReadableSpan ended) {
    if (accounts.ended()) {
      return DropReason.SHUTDOWN;
    }
    if (queue.isFull()) {
      // Copying and weighing take most of the time of an end, and an outage has little to spare.
      return DropReason.QUEUE_FULL;
    }
    SpanData span = detached(ended);
    int weight = spanWeight.of(span);
    if (weight > maxWeight) {
      return DropReason.TOO_LARGE;
    }
    SpanQueue.Entry entry = queue.offer(span, weight);
    if (entry == null) {
      return DropReason.QUEUE_FULL;
    }
    worker.spanQueued();
    if (accounts.takeBackIfEnded(entry)) {
      tickets.completeDue();
    }
    return null;
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  @Override
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

  @Override
  public ExportReport close(Duration timeout) {
    return worker.close(nanos(timeout));
  }

  /** Closes within the shutdown timeout, see {@link #close(Duration)}. */
  @Override
  public void close() {
    worker.close(shutdownTimeoutNanos);
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
    ExportReport done = accounts.report();
    if (done != null) {
      return settle(mine, done);
    }
    Thread closer =
        DaemonThreads.factory("observe-export-close")
            .newThread(() -> settle(mine, worker.close(shutdownTimeoutNanos)));
    closer.start();
    return mine;
  }

  private static CompletableResultCode settle(CompletableResultCode result, ExportReport report) {
    return report.lost().isEmpty() && report.spooled() == 0 ? result.succeed() : result.fail();
  }

  @Override
  public PipelineStats stats() {
    return new PipelineStats(
        componentName, ledger, maxQueueSpans, queue.waiting(), queue.bytes(), sender.keptSpans());
  }

  @Override
  public String toString() {
    return "SpanPipeline{" + stats() + "}";
  }

  static long nanos(Duration timeout) {
    Duration longest = Duration.ofDays(1);
    if (timeout.isNegative()) {
      return 0;
    }
    return timeout.compareTo(longest) > 0 ? longest.toNanos() : timeout.toNanos();
  }
}
