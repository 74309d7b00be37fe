/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Takes batches from the queue and offers each until it is settled, whatever is thrown at it. */
final class ExportWorker implements Runnable {
  /** Keeps one request in memory small, far under the size at which it would have to be split. */
  private static final long MAX_BATCH_BYTES = 8L * 1024 * 1024;

  private static final long PAUSE_AFTER_ERROR_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long MIN_ATTEMPT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_THROWS_AT_ONE_SPAN = 3;

  /*
   * After a time-out, attempts get half the limit, so that a collector that comes back is noticed
   * while a request sent to its dead connection still hangs. One in so many gets the full limit, for
   * a collector that is only slow: it would otherwise never answer again.
   */
  private static final int FULL_LIMIT_EVERY = 13;

  private final SpanQueue queue;
  private final Ledger ledger;
  private final BatchSender sender;
  private final FlushTickets tickets;
  private final PipelineLog log;
  private final Outage outage;
  private final Backoff backoff;
  private final LongSupplier nanoClock;
  private final int maxBatchSpans;
  private final long scheduleDelayNanos;
  private final long exportTimeoutNanos;
  private final long maxRetryNanos;
  private final Thread thread;
  private final Runnable onFirstFailure;

  /** Spans that were polled and are not settled; under the lock, as a closer may give them up. */
  private final List<SpanQueue.Entry> inFlight = new ArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicReference<@Nullable Long> closeDeadline = new AtomicReference<>();
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile @Nullable ExportReport report;

  /** Set before the last spans are taken out of the queue, so that none can slip in behind that. */
  private volatile boolean ended;

  private final AtomicBoolean idle = new AtomicBoolean();
  private final AtomicInteger urgency = new AtomicInteger();

  // What follows is the worker thread's own.
  private int urgencyServed;
  private int attemptSpans;
  private int timeouts;
  private int throwsAtOneSpan;
  private boolean failing;
  private boolean everFailed;
  private long failingSinceNanos;
  private long lastSendNanos;
  private long drainTo;

  ExportWorker(
      SpanPipeline.Builder options,
      SpanQueue queue,
      Ledger ledger,
      BatchSender sender,
      FlushTickets tickets) {
    this.queue = queue;
    this.ledger = ledger;
    this.sender = sender;
    this.tickets = tickets;
    this.nanoClock = options.nanoClock;
    this.log = new PipelineLog(sender.target(), ledger, nanoClock);
    this.outage = new Outage(log);
    this.backoff = new Backoff(options.random);
    this.maxBatchSpans = options.maxBatchSpans();
    this.scheduleDelayNanos = options.scheduleDelayNanos;
    this.exportTimeoutNanos = options.exportTimeoutNanos;
    this.maxRetryNanos = sender.knowsRefusals() ? Long.MAX_VALUE : options.maxRetryNanos;
    this.lastSendNanos = nanoClock.getAsLong();
    this.onFirstFailure = options.onFirstFailure;
    this.thread = OtlpTransport.Threads.factory("observe-export").newThread(this);
  }

  void start() {
    thread.start();
  }

  /** Wakes an idle worker when a full batch waits. Cheap enough for {@code Span.end()}. */
  void spanQueued() {
    if (queue.waiting() >= maxBatchSpans && idle.compareAndSet(true, false)) {
      LockSupport.unpark(thread);
    }
  }

  /** Makes the worker send what waits, and cut a back-off short, once. */
  void hurry() {
    urgency.incrementAndGet();
    LockSupport.unpark(thread);
  }

  boolean hasEnded() {
    return ended;
  }

  /**
   * Closes within {@code timeoutNanos}; a later caller waits for the end that the first one set.
   */
  ExportReport close(long timeoutNanos) {
    if (closeDeadline.compareAndSet(null, nanoClock.getAsLong() + timeoutNanos)) {
      hurry();
    }
    boolean interrupted = false;
    while (report == null) {
      long left = closingNanosLeft();
      try {
        if (left <= 0 || finished.await(left, TimeUnit.NANOSECONDS)) {
          break;
        }
      } catch (InterruptedException e) {
        // The wait is bounded, and leaving now would lose spans that are on their way.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return finish(true);
  }

  private long closingNanosLeft() {
    Long deadline = closeDeadline.get();
    return deadline == null ? Long.MAX_VALUE : deadline - nanoClock.getAsLong();
  }

  private boolean closing() {
    return closeDeadline.get() != null;
  }

  /** Ends the accounts; whoever comes first decides, and all get its report. */
  private ExportReport finish(boolean deadlinePassed) {
    ExportReport mine;
    lock.lock();
    try {
      ExportReport existing = report;
      if (existing != null) {
        return existing;
      }
      ended = true;
      queue.poll(Integer.MAX_VALUE, Long.MAX_VALUE, inFlight);
      boolean deadlineReached = deadlinePassed && !inFlight.isEmpty();
      ledger.lostFromQueue(LossReason.SHUTDOWN, inFlight.size());
      queue.settle(inFlight);
      inFlight.clear();
      mine = new ExportReport(ledger, 0, deadlineReached);
      report = mine;
    } finally {
      lock.unlock();
    }
    finished.countDown();
    tickets.completeDue();
    log.writeDue();
    if (Thread.currentThread() != thread) {
      sender.abort();
      thread.interrupt();
    }
    return mine;
  }

  /**
   * Takes back a span that was queued while, or after, the accounts were ended. Who ended them
   * either saw it and counted it, or left it in the queue for us.
   */
  void takeBackIfEnded(SpanQueue.Entry entry) {
    if (ended && queue.remove(entry)) {
      ledger.lostFromQueue(LossReason.SHUTDOWN, 1);
      queue.settle(List.of(entry));
      tickets.completeDue();
    }
  }

  @Override
  public void run() {
    while (!ended) {
      try {
        step();
      } catch (Throwable t) {
        survived(Text.describe(t));
        LockSupport.parkNanos(PAUSE_AFTER_ERROR_NANOS);
      }
    }
    try {
      sender.close();
    } catch (Throwable t) {
      survived(Text.describe(t));
    }
  }

  private void survived(String what) {
    ledger.workerError();
    log.workerError(what);
  }

  private void noteInterrupt() {
    if (Thread.interrupted() && !ended) {
      survived("the thread was interrupted");
    }
  }

  private void step() {
    noteInterrupt();
    if (fill()) {
      attempt();
    } else if (closing() && queue.waiting() == 0) {
      finish(false);
      return;
    } else {
      rest();
    }
    tickets.completeDue();
    log.writeDue();
  }

  private boolean fill() {
    if (!inFlight.isEmpty()) {
      return true;
    }
    if (!due()) {
      return false;
    }
    lock.lock();
    try {
      if (ended) {
        // Who ended the accounts has emptied the queue; a span added since is its thread's to take.
        return false;
      }
      queue.poll(maxBatchSpans, MAX_BATCH_BYTES, inFlight);
      attemptSpans = inFlight.size();
      return attemptSpans > 0;
    } finally {
      lock.unlock();
    }
  }

  private boolean due() {
    long waiting = queue.waiting();
    if (waiting == 0) {
      return false;
    }
    if (nanoClock.getAsLong() - lastSendNanos >= scheduleDelayNanos) {
      drainTo = queue.enqueued();
    }
    return waiting >= maxBatchSpans
        || queue.settled() < drainTo
        || closing()
        || outage.draining()
        || tickets.wanted();
  }

  private void rest() {
    long now = nanoClock.getAsLong();
    long left = scheduleDelayNanos - (now - lastSendNanos);
    if (left <= 0 && queue.waiting() == 0) {
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
    urgencyServed = urgency.get();
    List<SpanData> spans = nextSpans();
    if (spans.isEmpty()) {
      return;
    }
    Outcome outcome;
    try {
      outcome = sender.send(spans, attemptNanos());
    } catch (Throwable t) {
      noteInterrupt();
      threw(t);
      return;
    }
    noteInterrupt();
    lastSendNanos = nanoClock.getAsLong();
    noteFirstFailure(outcome);
    if (outcome instanceof Outcome.Unavailable unavailable) {
      unavailable(unavailable);
      return;
    }
    if (outcome instanceof Outcome.TooLarge && attemptSpans > 1) {
      attemptSpans /= 2;
      return;
    }
    settle(outcome);
  }

  private void noteFirstFailure(Outcome outcome) {
    boolean failed = outcome instanceof Outcome.Unavailable || outcome instanceof Outcome.Refused;
    if (failed && !everFailed && !ended) {
      everFailed = true;
      try {
        onFirstFailure.run();
      } catch (Throwable t) {
        // Thrown on, it would make us offer a batch again that has been answered.
        survived(Text.describe(t));
      }
    }
  }

  /** Returns the spans to offer next; none when a closer has given them up. */
  private List<SpanData> nextSpans() {
    lock.lock();
    try {
      int count = Math.min(attemptSpans, inFlight.size());
      List<SpanData> spans = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        spans.add(inFlight.get(i).span());
      }
      return spans;
    } finally {
      lock.unlock();
    }
  }

  private long attemptNanos() {
    long limit = Math.min(sender.timeoutNanos(), exportTimeoutNanos);
    if (timeouts % FULL_LIMIT_EVERY != 0) {
      limit = Math.min(limit, Math.max(MIN_ATTEMPT_NANOS, limit / 2));
    }
    return Math.max(1, Math.min(limit, closingNanosLeft()));
  }

  private void settle(Outcome outcome) {
    int count = attemptSpans;
    lock.lock();
    try {
      if (ended) {
        // A closer gave these spans up and counted them; an answer that comes later is too late.
        return;
      }
      book(outcome, count);
      List<SpanQueue.Entry> settled = inFlight.subList(0, count);
      queue.settle(settled);
      settled.clear();
      attemptSpans = inFlight.size();
    } finally {
      lock.unlock();
    }
    failing = false;
    timeouts = 0;
    throwsAtOneSpan = 0;
    backoff.reset();
    outage.delivered(count, nanoClock.getAsLong(), queue.settled(), queue.enqueued());
  }

  private void book(Outcome outcome, int count) {
    if (outcome instanceof Outcome.Accepted accepted) {
      long rejected = Math.min(count, accepted.rejected());
      ledger.spansAcked(count - rejected);
      if (rejected > 0) {
        log.rejection("partial_success: " + accepted.message());
        ledger.rejected(accepted.status(), rejected);
      }
    } else if (outcome instanceof Outcome.Refused refused) {
      log.rejection(refused.message());
      ledger.rejected(refused.status(), count);
    } else if (outcome instanceof Outcome.TooLarge) {
      ledger.lostFromQueue(LossReason.TOO_LARGE, count);
    } else {
      ledger.lostFromQueue(LossReason.EXPIRED, count);
    }
  }

  private void unavailable(Outcome.Unavailable outcome) {
    if (ended) {
      return;
    }
    long now = nanoClock.getAsLong();
    outage.failed(outcome.cause(), now, queue.waiting());
    log.writeDue();
    if (!failing) {
      failing = true;
      failingSinceNanos = now;
    } else if (now - failingSinceNanos >= maxRetryNanos) {
      settle(outcome);
      return;
    }
    timeouts = outcome.timedOut() ? timeouts + 1 : 0;
    ledger.retried();
    long until = now + backoff.nextNanos(outcome, closing());
    long notBefore = outcome.retryAfterNanos() > 0 ? until : now;
    waitToRetry(until, notBefore);
  }

  /** Waits until {@code until}, or to {@code notBefore} when somebody asks for haste. */
  private void waitToRetry(long until, long notBefore) {
    while (!ended) {
      long now = nanoClock.getAsLong();
      long left = until - now;
      if (left <= 0 || (now - notBefore >= 0 && urgency.get() != urgencyServed)) {
        return;
      }
      LockSupport.parkNanos(this, left);
      noteInterrupt();
      tickets.completeDue();
    }
  }

  /*
   * Whether the exporter is broken or one span breaks it, we cannot know; so the batch is halved each
   * time. A passing error costs nothing that way, and a span that always throws is found and counted.
   */
  private void threw(Throwable failure) {
    survived(Text.describe(failure));
    if (attemptSpans > 1) {
      attemptSpans /= 2;
    } else if (++throwsAtOneSpan >= MAX_THROWS_AT_ONE_SPAN) {
      settle(new Outcome.Refused(0, "the exporter threw " + Text.describe(failure)));
    }
    ledger.retried();
    long until = nanoClock.getAsLong() + PAUSE_AFTER_ERROR_NANOS;
    waitToRetry(until, until);
  }
}
