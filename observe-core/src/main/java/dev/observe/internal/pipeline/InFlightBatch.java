/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.DropReason;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves spans from the queue into flight and books what became of them, until the end is made.
 *
 * <p>A worker does the moving. Who closes the pipeline may end the accounts at any moment, and then
 * each span is either booked already or booked as lost, never both; that is what the lock is for.
 * It is never held while anything is sent, written or logged.
 */
public final class InFlightBatch {
  private final SpanQueue queue;
  private final SpanCounts ledger;
  private final PipelineLog log;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<SpanQueue.Entry> inFlight = new ArrayList<>();
  private final CountDownLatch reported = new CountDownLatch(1);
  private volatile @Nullable ExportReport report;

  /** Set before the last spans are taken out of the queue, so that none can slip in behind that. */
  private volatile boolean ended;

  InFlightBatch(SpanQueue queue, SpanCounts ledger, PipelineLog log) {
    this.queue = queue;
    this.ledger = ledger;
    this.log = log;
  }

  public boolean ended() {
    return ended;
  }

  @Nullable ExportReport report() {
    return report;
  }

  /** Opens when there is a report. */
  CountDownLatch reported() {
    return reported;
  }

  /** Takes the oldest spans into flight when none are, and returns how many there are. */
  int take(int maxSpans, long maxBytes) {
    lock.lock();
    try {
      // Who ended the accounts has emptied the queue; a span added since is its thread's to take.
      if (inFlight.isEmpty() && !ended) {
        queue.poll(maxSpans, maxBytes, inFlight);
      }
      return inFlight.size();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the first {@code count} spans in flight; none when the end was made. */
  List<SpanData> spans(int count) {
    lock.lock();
    try {
      List<SpanData> spans = new ArrayList<>(count);
      for (int i = 0; i < Math.min(count, inFlight.size()); i++) {
        spans.add(inFlight.get(i).span());
      }
      return spans;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Books the first {@code count} spans in flight and returns how many stay there. After the end
   * that is none: they were given up and counted, and an answer that comes later is too late.
   */
  int settle(int count, SendOutcome outcome) {
    lock.lock();
    try {
      if (ended) {
        return 0;
      }
      List<SpanQueue.Entry> done = inFlight.subList(0, count);
      queue.release(done);
      if (!(outcome instanceof SendOutcome.Kept)) {
        book(outcome, count);
        queue.settle(count);
      }
      done.clear();
      return inFlight.size();
    } finally {
      lock.unlock();
    }
  }

  /** Books spans out of the spool; false after the end, when they were reported as still there. */
  public boolean settleSpooled(int count, SendOutcome outcome) {
    lock.lock();
    try {
      if (ended) {
        return false;
      }
      book(outcome, count);
      queue.settle(count);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Counts spans whose file was damaged. */
  public void corrupt(int count) {
    ledger.lostFromQueue(DropReason.CORRUPT, count);
    queue.settle(count);
  }

  /** Ends the accounts; whoever comes first decides, and all get its report. */
  ExportReport end(boolean deadlinePassed, LongSupplier keptSpans) {
    lock.lock();
    try {
      ExportReport existing = report;
      if (existing != null) {
        return existing;
      }
      ended = true;
      queue.poll(Integer.MAX_VALUE, Long.MAX_VALUE, inFlight);
      boolean givenUp = !inFlight.isEmpty();
      giveUp(inFlight);
      inFlight.clear();
      // A file whose spans are settled may still be there for a moment; they do not wait.
      long spooled = Math.min(keptSpans.getAsLong(), queue.waiting());
      boolean deadlineReached = deadlinePassed && (givenUp || spooled > 0);
      ExportReport mine = new ExportReport(ledger, spooled, deadlineReached);
      report = mine;
      return mine;
    } finally {
      lock.unlock();
      reported.countDown();
    }
  }

  /**
   * Takes back a span that was queued while, or after, the accounts were ended. Who ended them
   * either saw it and counted it, or left it in the queue for us.
   */
  boolean takeBackIfEnded(SpanQueue.Entry entry) {
    if (!ended || !queue.remove(entry)) {
      return false;
    }
    giveUp(List.of(entry));
    return true;
  }

  private void giveUp(List<SpanQueue.Entry> entries) {
    ledger.lostFromQueue(DropReason.SHUTDOWN, entries.size());
    queue.release(entries);
    queue.settle(entries.size());
  }

  private void book(SendOutcome outcome, int count) {
    if (outcome instanceof SendOutcome.Accepted accepted) {
      long rejected = Math.min(count, accepted.rejected());
      ledger.spansAcked(count - rejected);
      if (rejected > 0) {
        log.rejection("partial_success: " + accepted.message());
        ledger.rejected(accepted.status(), rejected);
      }
    } else if (outcome instanceof SendOutcome.Refused refused) {
      log.rejection(refused.message());
      ledger.rejected(refused.status(), count);
    } else if (outcome instanceof SendOutcome.TooLarge) {
      ledger.lostFromQueue(DropReason.TOO_LARGE, count);
    } else {
      ledger.lostFromQueue(DropReason.EXPIRED, count);
    }
  }
}
