/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.SafeText;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/** A thread that sends spans until the pipeline is closed, whatever a step throws. */
public abstract class PipelineWorker implements Runnable {
  /** Limits the memory of one request, far below the size at which it would have to be split. */
  protected static final long MAX_BATCH_BYTES = 8L * 1024 * 1024;

  private static final long PAUSE_AFTER_ERROR_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  protected final int maxBatchSpans;
  protected final RetryPolicy retryPolicy;
  final PipelineState pipeline;
  final LongSupplier nanoClock;
  final Thread thread;
  private final WakeableSleep sleep;
  final Outage outage;

  protected PipelineWorker(
      PipelineState pipeline, String threadName, long timeoutNanos, long maxRetryNanos) {
    SpanPipelineBuilder options = pipeline.options;
    this.pipeline = pipeline;
    this.nanoClock = options.nanoClock;
    this.thread = DaemonThreads.factory(threadName).newThread(this);
    this.maxBatchSpans = options.maxBatchSpans();
    this.retryPolicy =
        new RetryPolicy(
            Math.min(timeoutNanos, options.exportTimeoutNanos), maxRetryNanos, options.random);
    this.sleep = new WakeableSleep(nanoClock, pipeline.batch::closed, this::afterWake);
    this.outage = new Outage(pipeline.log);
  }

  public void start() {
    thread.start();
  }

  /** Ends a back-off once. Any thread. */
  public void flushNow() {
    sleep.wake(thread);
  }

  final boolean isCurrentThread() {
    return Thread.currentThread() == thread;
  }

  /** Unparks the thread. Any thread. */
  protected final void unpark() {
    LockSupport.unpark(thread);
  }

  /** Sends at most one batch, or waits for one. */
  protected abstract void step();

  /** Releases the resources of this worker. */
  protected abstract void release();

  @Override
  public final void run() {
    while (!closed()) {
      try {
        noteInterrupt();
        step();
      } catch (Throwable t) {
        survived(t);
        LockSupport.parkNanos(PAUSE_AFTER_ERROR_NANOS);
      }
    }
    try {
      release();
    } catch (Throwable t) {
      survived(t);
    }
  }

  /*
   * A fatal error must not end this thread: the spans in the queue would stay there until the
   * application closes the pipeline. It must not be hidden either, so it is counted, logged, and
   * passed to the uncaught exception handler, where an application may halt the JVM.
   */
  protected final void survived(Throwable failure) {
    survived(SafeText.describe(failure));
    try {
      FatalErrors.rethrow(failure);
    } catch (Error fatal) {
      try {
        thread.getUncaughtExceptionHandler().uncaughtException(thread, fatal);
      } catch (Throwable ignored) {
        // The JVM ignores the exceptions of a handler too.
      }
    }
  }

  private void survived(String detail) {
    pipeline.counts.workerErrors.incrementAndGet();
    pipeline.log.workerError(detail);
  }

  /** Counts and clears an interrupt, which is not a request to stop: only the pipeline stops us. */
  protected final void noteInterrupt() {
    if (Thread.interrupted() && !closed()) {
      survived("the thread was interrupted");
    }
  }

  private void afterWake() {
    noteInterrupt();
    pipeline.tickets.completeDue();
  }

  /** Notes that an attempt starts, which serves every {@link #flushNow} until now. */
  protected final void attemptStarted() {
    sleep.attemptStarted();
  }

  /** Completes the flushes and writes the log lines that are due. */
  protected final void afterStep() {
    pipeline.tickets.completeDue();
    pipeline.log.writeDue();
  }

  /** Returns whether the final counts are reported, so that nothing more may be sent. */
  protected final boolean closed() {
    return pipeline.batch.closed();
  }

  protected final boolean closing() {
    return pipeline.closing();
  }

  /** Adds the spans that an earlier process has left. */
  protected final void addRecovered(long spans) {
    pipeline.queue.addSpooled(spans);
    pipeline.counts.recovered.addAndGet(spans);
  }

  /** Counts spans whose file was damaged. */
  protected final void dropCorrupt(int spans) {
    pipeline.batch.dropCorrupt(spans);
  }

  /** Records the outcome of spooled spans; false if they were reported as spooled before. */
  protected final boolean settleSpooled(int spans, SendOutcome outcome) {
    return pipeline.batch.settleSpooled(spans, outcome);
  }

  /** Resets the back-off after {@code count} spans were settled. */
  protected final void settled(int count) {
    retryPolicy.settled();
    outage.delivered(
        count, nanoClock.getAsLong(), pipeline.queue.settled(), pipeline.queue.enqueued());
  }

  /** Waits before a retry; returns false, at once, if the batch has been retried for too long. */
  protected final boolean awaitRetry(SendOutcome.Unavailable outcome) {
    long now = nanoClock.getAsLong();
    if (!retryPolicy.allowsRetry(outcome, now)) {
      return false;
    }
    outage.failed(outcome.cause(), now, pipeline.queue.waiting());
    pipeline.log.writeDue();
    pipeline.counts.retries.incrementAndGet();
    long until = now + retryPolicy.backoffNanos(outcome, closing());
    sleep.sleep(until, outcome.retryAfterNanos() > 0 ? until : now);
    return true;
  }

  /** Sleeps after an error, regardless of {@link #flushNow}. */
  final void pauseAfterError() {
    long until = nanoClock.getAsLong() + PAUSE_AFTER_ERROR_NANOS;
    sleep.sleep(until, until);
  }
}
