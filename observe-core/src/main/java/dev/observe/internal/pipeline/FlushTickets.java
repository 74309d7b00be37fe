/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import io.opentelemetry.sdk.common.CompletableResultCode;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** The flushes in progress; each completes when all spans that ended before are settled. */
final class FlushTickets {
  /** Bounds the memory of an application that flushes in a loop during an outage. */
  private static final int MAX_TICKETS = 1_024;

  private final SpanQueue queue;
  private final SpanCounts counts;
  private final LongSupplier nanoClock;
  private final Queue<Ticket> tickets = new ConcurrentLinkedQueue<>();
  private final AtomicInteger open = new AtomicInteger();

  /** The highest {@link SpanQueue#enqueued} that a ticket waits for. */
  private final AtomicLong target = new AtomicLong();

  /** The losses that failed flushes have reported. */
  private final AtomicLong reportedLosses = new AtomicLong();

  FlushTickets(SpanQueue queue, SpanCounts counts, LongSupplier nanoClock) {
    this.queue = queue;
    this.counts = counts;
    this.nanoClock = nanoClock;
  }

  /** Returns whether a ticket waits for spans that are not settled. */
  boolean pending() {
    return queue.settled() < target.get() && open.get() > 0;
  }

  /** Opens a ticket, which fails after {@code timeoutNanos}. */
  Ticket open(long timeoutNanos) {
    return open(timeoutNanos, reportedLosses.get());
  }

  private Ticket open(long timeoutNanos, long reportedBefore) {
    Ticket ticket =
        new Ticket(
            new CompletableResultCode(),
            queue.enqueued(),
            counts.lostAtEntry.get(),
            reportedBefore,
            nanoClock.getAsLong() + timeoutNanos);
    if (open.incrementAndGet() > MAX_TICKETS) {
      open.decrementAndGet();
      ticket.result.fail();
      return ticket;
    }
    target.accumulateAndGet(ticket.target, Math::max);
    tickets.add(ticket);
    completeDue();
    return ticket;
  }

  /**
   * Waits until the spans that are queued now are settled. Waits through interrupts, and reports no
   * losses: they remain for the next flush.
   */
  void awaitSettled(long timeoutNanos) {
    Ticket ticket = open(timeoutNanos, Long.MAX_VALUE);
    boolean interrupted = false;
    long left = timeoutNanos;
    while (!ticket.result.isDone() && left > 0) {
      ticket.result.join(left, TimeUnit.NANOSECONDS);
      interrupted |= Thread.interrupted();
      left = ticket.deadlineNanos - nanoClock.getAsLong();
    }
    expire(ticket);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Completes the tickets whose spans are settled or whose time is over. */
  void completeDue() {
    for (Ticket ticket : tickets) {
      if (queue.settled() >= ticket.target) {
        complete(ticket, succeeded(ticket));
      } else if (nanoClock.getAsLong() - ticket.deadlineNanos >= 0) {
        complete(ticket, false);
      }
    }
  }

  /** Fails the ticket unless it is complete. */
  void expire(Ticket ticket) {
    complete(ticket, false);
  }

  private void complete(Ticket ticket, boolean success) {
    if (!tickets.remove(ticket)) {
      return;
    }
    open.decrementAndGet();
    if (success) {
      ticket.result.succeed();
    } else {
      ticket.result.fail();
    }
  }

  /*
   * Losses at entry are read when the ticket opens, since later ones are of spans that ended later.
   * Losses from the queue are read when its spans are settled, since spans are settled in order. A
   * loss that an earlier flush has reported does not make every later one fail.
   */
  private boolean succeeded(Ticket ticket) {
    long losses = ticket.lostAtEntry + counts.lostFromQueue.get();
    if (losses <= ticket.reportedLosses) {
      return true;
    }
    reportedLosses.accumulateAndGet(losses, Math::max);
    return false;
  }

  /** The wait of one caller. */
  record Ticket(
      CompletableResultCode result,
      long target,
      long lostAtEntry,
      long reportedLosses,
      long deadlineNanos) {}
}
