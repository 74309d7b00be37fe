/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.internal.util.SafeText;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Takes batches from the queue and sends each until it is settled. */
final class ExportWorker extends PipelineWorker {
  private static final long DRAIN_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** The limits of the time that closing waits for the thread to end. */
  private static final long MIN_JOIN_MILLIS = 200;

  private static final long MAX_JOIN_MILLIS = 2_000;

  private final SpanQueue queue;
  private final InFlightBatch batch;
  private final BatchSender sender;
  private final long scheduleDelayNanos;
  private final AtomicBoolean idle = new AtomicBoolean();

  // The fields below belong to the worker thread.
  private int inFlight;
  private int attemptSpans;
  private boolean everFailed;
  private long lastSendNanos;
  private long drainTo;

  ExportWorker(PipelineState pipeline, BatchSender sender) {
    super(pipeline, "observe-export", sender.timeoutNanos(), maxRetryNanos(pipeline, sender));
    this.queue = pipeline.queue;
    this.batch = pipeline.batch;
    this.sender = sender;
    this.scheduleDelayNanos = Math.min(pipeline.options.scheduleDelayNanos, sender.maxDelayNanos());
    this.lastSendNanos = nanoClock.getAsLong();
  }

  private static long maxRetryNanos(PipelineState pipeline, BatchSender sender) {
    if (pipeline.options.synchronous) {
      return 0;
    }
    return sender.knowsRefusals() ? Long.MAX_VALUE : pipeline.options.maxRetryNanos;
  }

  @Override
  public void start() {
    super.start();
    sender.start();
  }

  /** Wakes an idle worker when a full batch waits. Cheap enough for {@code Span.end()}. */
  void spanQueued() {
    if (queue.inMemory() >= maxBatchSpans && idle.compareAndSet(true, false)) {
      unpark();
    }
  }

  @Override
  public void flushNow() {
    super.flushNow();
    sender.flushNow();
  }

  /** Closes within {@code timeoutNanos}; a later caller waits until the deadline of the first. */
  ExportReport close(long timeoutNanos) {
    if (pipeline.startClosing(timeoutNanos)) {
      flushNow();
    }
    boolean interrupted = false;
    while (batch.report() == null) {
      long left = pipeline.closingNanosLeft();
      try {
        if (left <= 0 || batch.reported().await(left, TimeUnit.NANOSECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        // The wait is bounded, and leaving now would lose spans in flight.
        interrupted = true;
      }
    }
    ExportReport report = finish(true);
    interrupted |= joinThread();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return report;
  }

  /**
   * Waits for the thread to end, since a container that stops an application reports running
   * threads as leaks. Returns whether the caller was interrupted.
   */
  private boolean joinThread() {
    long left = TimeUnit.NANOSECONDS.toMillis(pipeline.closingNanosLeft());
    try {
      if (!isCurrentThread()) {
        thread.join(Math.max(MIN_JOIN_MILLIS, Math.min(left, MAX_JOIN_MILLIS)));
      }
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private ExportReport finish(boolean deadlinePassed) {
    ExportReport existing = batch.report();
    if (existing != null) {
      return existing;
    }
    ExportReport report = batch.close(deadlinePassed, sender::keptSpans);
    afterStep();
    if (!isCurrentThread()) {
      sender.abort();
      thread.interrupt();
    }
    return report;
  }

  @Override
  protected void release() {
    sender.close();
  }

  @Override
  protected void step() {
    if (fill()) {
      attempt();
    } else if (closing() && queue.inMemory() == 0) {
      if (sender.keptSpans() == 0 || sender.stopsDraining()) {
        finish(false);
        return;
      }
      LockSupport.parkNanos(this, DRAIN_POLL_NANOS);
    } else {
      rest();
    }
    afterStep();
  }

  private boolean fill() {
    if (inFlight == 0 && due()) {
      inFlight = batch.take(maxBatchSpans, MAX_BATCH_BYTES);
      attemptSpans = inFlight;
    }
    return inFlight > 0;
  }

  private boolean due() {
    long waiting = queue.inMemory();
    if (waiting == 0) {
      return false;
    }
    if (nanoClock.getAsLong() - lastSendNanos >= scheduleDelayNanos) {
      drainTo = queue.enqueued();
    }
    return waiting >= maxBatchSpans
        || queue.released() < drainTo
        || closing()
        || outage.draining()
        || pipeline.tickets.pending();
  }

  private void rest() {
    long now = nanoClock.getAsLong();
    long left = scheduleDelayNanos - (now - lastSendNanos);
    if (left <= 0 && queue.inMemory() == 0) {
      lastSendNanos = now;
      left = scheduleDelayNanos;
    }
    idle.set(true);
    if (!due() && !closing()) {
      LockSupport.parkNanos(this, Math.max(1, left));
    } else {
      // A span is counted but not yet in the queue: its thread is about to add it.
      Thread.onSpinWait();
    }
    idle.set(false);
  }

  private void attempt() {
    attemptStarted();
    List<SpanData> spans = batch.spans(attemptSpans);
    if (spans.isEmpty()) {
      return;
    }
    SendOutcome outcome;
    try {
      outcome = sender.send(spans, retryPolicy.attemptNanos(pipeline.closingNanosLeft()));
    } catch (Throwable t) {
      noteInterrupt();
      senderThrew(t);
      return;
    }
    noteInterrupt();
    lastSendNanos = nanoClock.getAsLong();
    noteFirstFailure(outcome);
    if (outcome instanceof SendOutcome.Unavailable unavailable) {
      if (!closed() && !awaitRetry(unavailable)) {
        settle(outcome);
      }
    } else if (outcome instanceof SendOutcome.TooLarge && attemptSpans > 1) {
      attemptSpans /= 2;
    } else {
      settle(outcome);
    }
  }

  private void noteFirstFailure(SendOutcome outcome) {
    boolean failed =
        outcome instanceof SendOutcome.Unavailable || outcome instanceof SendOutcome.Refused;
    if (failed && !everFailed && !closed()) {
      everFailed = true;
      try {
        pipeline.options.onFirstFailure.run();
      } catch (Throwable t) {
        // If it left this method, an answered batch would be sent again.
        survived(t);
      }
    }
  }

  private void settle(SendOutcome outcome) {
    int count = attemptSpans;
    inFlight = batch.settle(count, outcome);
    attemptSpans = inFlight;
    settled(count);
  }

  /*
   * The cause may be the exporter or one of the spans, so each throw halves the attempt. A passing
   * error then loses nothing, and a span that makes every attempt throw is found and rejected.
   */
  private void senderThrew(Throwable failure) {
    survived(failure);
    if (attemptSpans > 1) {
      attemptSpans /= 2;
    } else if (retryPolicy.throwsTooOften()) {
      settle(new SendOutcome.Refused(-1, "the exporter threw " + SafeText.describe(failure)));
      return;
    }
    pipeline.counts.retries.incrementAndGet();
    pauseAfterError();
  }
}
