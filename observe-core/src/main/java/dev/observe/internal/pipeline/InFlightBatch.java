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
 * Tracks the batch that is being exported and counts its outcome, until the pipeline is closed.
 *
 * <p>A worker moves the spans; any thread may close. The lock makes sure that a close finds each
 * span either counted already or in flight, so that none is counted twice. It is never held while
 * anything is sent, written or logged.
 */
final class InFlightBatch {
  private final SpanQueue queue;
  private final SpanCounts counts;
  private final PipelineLog log;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<SpanQueue.Entry> inFlight = new ArrayList<>();
  private final CountDownLatch reported = new CountDownLatch(1);
  private volatile @Nullable ExportReport report;

  /** Set before the queue is emptied, so that no span can be added unseen after that. */
  private volatile boolean closed;

  InFlightBatch(SpanQueue queue, SpanCounts counts, PipelineLog log) {
    this.queue = queue;
    this.counts = counts;
    this.log = log;
  }

  boolean closed() {
    return closed;
  }

  /** Returns the report, or null until {@link #close} has made it. */
  @Nullable ExportReport report() {
    return report;
  }

  /** Returns the latch that opens when there is a report. */
  CountDownLatch reported() {
    return reported;
  }

  /** Takes the oldest spans into flight if none are, and returns how many are in flight. */
  int take(int maxSpans, long maxBytes) {
    lock.lock();
    try {
      // close() has emptied the queue; the thread that adds a span after that takes it back.
      if (inFlight.isEmpty() && !closed) {
        queue.poll(maxSpans, maxBytes, inFlight);
      }
      return inFlight.size();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the first {@code count} spans in flight; none after the close. */
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
   * Counts the outcome of the first {@code count} spans in flight and returns how many remain. None
   * remain after the close, which has counted all of them as lost.
   */
  int settle(int count, SendOutcome outcome) {
    lock.lock();
    try {
      if (closed) {
        return 0;
      }
      List<SpanQueue.Entry> done = inFlight.subList(0, count);
      queue.release(done);
      if (!(outcome instanceof SendOutcome.Kept)) {
        count(outcome, count);
        queue.settle(count);
      }
      done.clear();
      return inFlight.size();
    } finally {
      lock.unlock();
    }
  }

  /** Counts spans out of the spool; false after the close, which has reported them as spooled. */
  boolean settleSpooled(int count, SendOutcome outcome) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      count(outcome, count);
      queue.settle(count);
      return true;
    } finally {
      lock.unlock();
    }
  }

  void dropCorrupt(int count) {
    counts.lostFromQueue(DropReason.CORRUPT, count);
    queue.settle(count);
  }

  /** Counts all remaining spans as lost and reports; later calls return the same report. */
  ExportReport close(boolean deadlinePassed, LongSupplier keptSpans) {
    lock.lock();
    try {
      ExportReport existing = report;
      if (existing != null) {
        return existing;
      }
      closed = true;
      queue.poll(Integer.MAX_VALUE, Long.MAX_VALUE, inFlight);
      boolean dropped = !inFlight.isEmpty();
      drop(inFlight);
      inFlight.clear();
      // The file of settled spans may still be there for a moment; those do not wait.
      long spooled = Math.min(keptSpans.getAsLong(), queue.waiting());
      boolean deadlineReached = deadlinePassed && (dropped || spooled > 0);
      ExportReport mine = new ExportReport(counts, spooled, deadlineReached);
      report = mine;
      return mine;
    } finally {
      lock.unlock();
      reported.countDown();
    }
  }

  /**
   * Takes back a span that was queued during or after the close. The close has either counted it or
   * left it in the queue.
   */
  boolean takeBackIfClosed(SpanQueue.Entry entry) {
    if (!closed || !queue.remove(entry)) {
      return false;
    }
    drop(List.of(entry));
    return true;
  }

  private void drop(List<SpanQueue.Entry> entries) {
    counts.lostFromQueue(DropReason.SHUTDOWN, entries.size());
    queue.release(entries);
    queue.settle(entries.size());
  }

  private void count(SendOutcome outcome, int count) {
    if (outcome instanceof SendOutcome.Accepted accepted) {
      long rejected = Math.min(count, accepted.rejected());
      counts.acknowledged.addAndGet(count - rejected);
      if (rejected > 0) {
        log.rejection("partial_success: " + accepted.message());
        counts.rejected(accepted.status(), rejected);
      }
    } else if (outcome instanceof SendOutcome.Refused refused) {
      log.rejection(refused.message());
      counts.rejected(refused.status(), count);
    } else if (outcome instanceof SendOutcome.TooLarge) {
      counts.lostFromQueue(DropReason.TOO_LARGE, count);
    } else {
      counts.lostFromQueue(DropReason.EXPIRED, count);
    }
  }
}
