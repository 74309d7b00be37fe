/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import io.opentelemetry.sdk.common.CompletableResultCode;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Those who wait until every span that ended before they asked is settled. Any thread. */
public final class FlushTickets {
  /** Flushing in a loop against a dead collector must not fill the heap. */
  private static final int MAX_TICKETS = 1_024;

  private final SpanQueue queue;
  private final SpanCounts ledger;
  private final LongSupplier nanoClock;
  private final Queue<Ticket> tickets = new ConcurrentLinkedQueue<>();
  private final AtomicInteger open = new AtomicInteger();

  /** The highest number enqueued that anybody waits for. */
  private final AtomicLong target = new AtomicLong();

  /** How many losses a flush that said false has already told of. */
  private final AtomicLong lossesTold = new AtomicLong();

  FlushTickets(SpanQueue queue, SpanCounts ledger, LongSupplier nanoClock) {
    this.queue = queue;
    this.ledger = ledger;
    this.nanoClock = nanoClock;
  }

  /** Returns whether anybody waits for spans that are not settled. */
  boolean wanted() {
    return queue.settled() < target.get() && open.get() > 0;
  }

  /** Opens a ticket that ends by itself, as failed, after {@code timeoutNanos}. */
  Ticket open(long timeoutNanos) {
    Ticket ticket =
        new Ticket(
            queue.enqueued(),
            ledger.lostAtEntry(),
            lossesTold.get(),
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

  /** Ends the tickets whose spans are settled, or whose time is over. */
  public void completeDue() {
    for (Ticket ticket : tickets) {
      if (queue.settled() >= ticket.target) {
        end(ticket, succeeded(ticket));
      } else if (nanoClock.getAsLong() - ticket.deadlineNanos >= 0) {
        end(ticket, false);
      }
    }
  }

  /** Ends the ticket as failed, unless it has ended. */
  void expire(Ticket ticket) {
    end(ticket, false);
  }

  private void end(Ticket ticket, boolean success) {
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
   * Losses at entry are read when the ticket opens, as later ones are of spans that ended later.
   * Losses out of the queue are read when its spans are settled, as spans are settled in order. What
   * was lost before and told by an earlier flush does not make every later one fail.
   */
  private boolean succeeded(Ticket ticket) {
    long losses = ticket.lostAtEntry + ledger.lostFromQueue();
    if (losses <= ticket.lossesTold) {
      return true;
    }
    lossesTold.accumulateAndGet(losses, Math::max);
    return false;
  }

  /** One caller's wait. */
  static final class Ticket {
    private final CompletableResultCode result = new CompletableResultCode();
    private final long target;
    private final long lostAtEntry;
    private final long lossesTold;
    private final long deadlineNanos;

    private Ticket(long target, long lostAtEntry, long lossesTold, long deadlineNanos) {
      this.target = target;
      this.lostAtEntry = lostAtEntry;
      this.lossesTold = lossesTold;
      this.deadlineNanos = deadlineNanos;
    }

    CompletableResultCode result() {
      return result;
    }
  }
}
