/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.LogText;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Takes batches from the queue and offers each until it is settled, whatever is thrown at it. */
public final class ExportWorker implements Runnable {
  /** Keeps one request in memory small, far under the size at which it would have to be split. */
  public static final long MAX_BATCH_BYTES = 8L * 1024 * 1024;

  private static final long DRAIN_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /** How long closing waits for the thread, by what is left of its time. */
  private static final long MIN_END_MILLIS = 200;

  private static final long MAX_END_MILLIS = 2_000;

  private final SpanQueue queue;
  private final SpanCounts ledger;
  private final BatchSender sender;
  private final InFlightBatch accounts;
  private final FlushTickets tickets;
  private final PipelineLog log;
  private final Outage outage;
  private final RetryPolicy patience;
  private final WakeableSleep snooze;
  private final LongSupplier nanoClock;
  private final int maxBatchSpans;
  private final long scheduleDelayNanos;
  private final Thread thread;
  private final Runnable onFirstFailure;
  private final AtomicReference<@Nullable Long> closeDeadline = new AtomicReference<>();
  private final AtomicBoolean idle = new AtomicBoolean();

  // What follows is the worker thread's own.
  private int inFlight;
  private int attemptSpans;
  private boolean everFailed;
  private long lastSendNanos;
  private long drainTo;

  ExportWorker(
      SpanPipelineBuilder options,
      BatchSender sender,
      SpanQueue queue,
      SpanCounts ledger,
      InFlightBatch accounts,
      FlushTickets tickets,
      PipelineLog log) {
    this.queue = queue;
    this.ledger = ledger;
    this.sender = sender;
    this.accounts = accounts;
    this.tickets = tickets;
    this.log = log;
    this.nanoClock = options.nanoClock;
    this.outage = new Outage(log);
    this.patience =
        new RetryPolicy(
            Math.min(sender.timeoutNanos(), options.exportTimeoutNanos),
            sender.knowsRefusals() ? Long.MAX_VALUE : options.maxRetryNanos,
            options.random);
    this.snooze = new WakeableSleep(nanoClock, accounts::ended, this::awake);
    this.maxBatchSpans = options.maxBatchSpans();
    this.scheduleDelayNanos = Math.min(options.scheduleDelayNanos, sender.maxDelayNanos());
    this.lastSendNanos = nanoClock.getAsLong();
    this.onFirstFailure = options.onFirstFailure;
    this.thread = DaemonThreads.factory("observe-export").newThread(this);
  }

  void start() {
    thread.start();
    sender.start(this::closing);
  }

  /** Wakes an idle worker when a full batch waits. Cheap enough for {@code Span.end()}. */
  void spanQueued() {
    if (queue.inMemory() >= maxBatchSpans && idle.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }

  /** Makes the worker send what waits, and cut a back-off short, once. */
  void hurry() {
    snooze.hurry(thread);
    sender.hurry();
  }

  /**
   * Closes within {@code timeoutNanos}; a later caller waits for the end that the first one set.
   */
  ExportReport close(long timeoutNanos) {
    if (closeDeadline.compareAndSet(null, nanoClock.getAsLong() + timeoutNanos)) {
      hurry();
    }
    boolean interrupted = false;
    while (accounts.report() == null) {
      long left = closingNanosLeft();
      try {
        if (left <= 0 || accounts.reported().await(left, TimeUnit.NANOSECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        // The wait is bounded, and leaving now would lose spans that are on their way.
        interrupted = true;
      }
    }
    ExportReport report = finish(true);
    interrupted |= awaitEnd();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return report;
  }

  /**
   * Waits for the thread, which has nothing left to send: a container that stops an application
   * looks for what it left running. Returns whether this thread was interrupted.
   */
  private boolean awaitEnd() {
    long left = TimeUnit.NANOSECONDS.toMillis(closingNanosLeft());
    try {
      if (Thread.currentThread() != thread) {
        thread.join(Math.max(MIN_END_MILLIS, Math.min(left, MAX_END_MILLIS)));
      }
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private long closingNanosLeft() {
    Long deadline = closeDeadline.get();
    return deadline == null ? Long.MAX_VALUE : deadline - nanoClock.getAsLong();
  }

  private boolean closing() {
    return closeDeadline.get() != null;
  }

  private ExportReport finish(boolean deadlinePassed) {
    ExportReport existing = accounts.report();
    if (existing != null) {
      return existing;
    }
    ExportReport report = accounts.end(deadlinePassed, sender::keptSpans);
    tickets.completeDue();
    log.writeDue();
    if (Thread.currentThread() != thread) {
      sender.abort();
      thread.interrupt();
    }
    return report;
  }

  @Override
  public void run() {
    while (!accounts.ended()) {
      try {
        step();
      } catch (Throwable t) {
        survived(LogText.describe(t));
        LockSupport.parkNanos(RetryPolicy.PAUSE_AFTER_ERROR_NANOS);
      }
    }
    try {
      sender.close();
    } catch (Throwable t) {
      survived(LogText.describe(t));
    }
  }

  private void survived(String what) {
    ledger.workerError();
    log.workerError(what);
  }

  private void noteInterrupt() {
    if (Thread.interrupted() && !accounts.ended()) {
      survived("the thread was interrupted");
    }
  }

  private void awake() {
    noteInterrupt();
    tickets.completeDue();
  }

  private void step() {
    noteInterrupt();
    if (fill()) {
      attempt();
    } else if (closing() && queue.inMemory() == 0) {
      if (sender.keptSpans() == 0 || sender.givesUpClosing()) {
        finish(false);
        return;
      }
      LockSupport.parkNanos(this, DRAIN_POLL_NANOS);
    } else {
      rest();
    }
    tickets.completeDue();
    log.writeDue();
  }

  private boolean fill() {
    if (inFlight == 0 && due()) {
      inFlight = accounts.take(maxBatchSpans, MAX_BATCH_BYTES);
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
        || tickets.wanted();
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
      // A span has its place in the queue and is not in it yet: its thread is about to add it.
      Thread.onSpinWait();
    }
    idle.set(false);
  }

  private void attempt() {
    snooze.attemptBegins();
    List<SpanData> spans = accounts.spans(attemptSpans);
    if (spans.isEmpty()) {
      return;
    }
    SendOutcome outcome;
    try {
      outcome = sender.send(spans, patience.attemptNanos(closingNanosLeft()));
    } catch (Throwable t) {
      noteInterrupt();
      threw(t);
      return;
    }
    noteInterrupt();
    lastSendNanos = nanoClock.getAsLong();
    noteFirstFailure(outcome);
    if (outcome instanceof SendOutcome.Unavailable unavailable) {
      unavailable(unavailable);
    } else if (outcome instanceof SendOutcome.TooLarge && attemptSpans > 1) {
      attemptSpans /= 2;
    } else {
      settle(outcome);
    }
  }

  private void noteFirstFailure(SendOutcome outcome) {
    boolean failed =
        outcome instanceof SendOutcome.Unavailable || outcome instanceof SendOutcome.Refused;
    if (failed && !everFailed && !accounts.ended()) {
      everFailed = true;
      try {
        onFirstFailure.run();
      } catch (Throwable t) {
        // Thrown on, it would make us offer a batch again that has been answered.
        survived(LogText.describe(t));
      }
    }
  }

  private void settle(SendOutcome outcome) {
    int count = attemptSpans;
    inFlight = accounts.settle(count, outcome);
    attemptSpans = inFlight;
    patience.settled();
    outage.delivered(count, nanoClock.getAsLong(), queue.settled(), queue.enqueued());
  }

  private void unavailable(SendOutcome.Unavailable outcome) {
    if (accounts.ended()) {
      return;
    }
    long now = nanoClock.getAsLong();
    outage.failed(outcome.cause(), now, queue.waiting());
    log.writeDue();
    if (!patience.goesOn(outcome, now)) {
      settle(outcome);
      return;
    }
    ledger.retried();
    long until = now + patience.waitNanos(outcome, closing());
    snooze.sleep(until, outcome.retryAfterNanos() > 0 ? until : now);
  }

  /*
   * Whether the exporter is broken or one span breaks it, we cannot know; so the batch is halved each
   * time. A passing error costs nothing that way, and a span that always throws is found and counted.
   */
  private void threw(Throwable failure) {
    survived(LogText.describe(failure));
    if (attemptSpans > 1) {
      attemptSpans /= 2;
    } else if (patience.throwsTooOften()) {
      settle(new SendOutcome.Refused(-1, "the exporter threw " + LogText.describe(failure)));
    }
    ledger.retried();
    long until = nanoClock.getAsLong() + RetryPolicy.PAUSE_AFTER_ERROR_NANOS;
    snooze.sleep(until, until);
  }
}
