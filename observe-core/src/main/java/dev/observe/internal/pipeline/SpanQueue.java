/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Spans that wait to be settled, bounded by number and by bytes, in the order of their arrival.
 *
 * <p>A span counts from the moment it is taken in until it is settled, so one that was polled and
 * is on its way still has its place. Any thread may offer; none ever waits.
 */
public final class SpanQueue {
  /** The part of the budget of bytes that is not worth weighing every span of a flood for. */
  private static final int SMALL = 1024;

  /*
   * Two counters that only grow, and not one that goes up and down: flush needs to know how many
   * spans were taken in before it was called, and that as many were settled since. As polls are in
   * order, "settled >= the enqueued of that moment" says that everything before the call is settled.
   */
  private final AtomicLong enqueued = new AtomicLong();

  /** Those that left memory, settled or to the spool; the limits bind what did not. */
  private final AtomicLong released = new AtomicLong();

  private final AtomicLong settled = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /** What was released when a small span did not fit; while nothing more is, none will. */
  private volatile long fullAt = -1;

  private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
  private final long maxSpans;
  private final long maxBytes;

  SpanQueue(long maxSpans, long maxBytes) {
    this.maxSpans = maxSpans;
    this.maxBytes = maxBytes;
  }

  /**
   * Whether any span would be refused, which is asked before one is copied and weighed. True from
   * when a small span did not fit until something leaves.
   */
  boolean isFull() {
    long gone = released.get();
    return fullAt == gone || enqueued.get() - gone >= maxSpans;
  }

  /** Takes the span in, or returns null when it does not fit. */
  @Nullable Entry offer(SpanData span, int weight) {
    // Before the bytes: what leaves meanwhile makes room, and the queue must not be called full
    // then.
    long gone = released.get();
    long held;
    do {
      // Adding first and looking then would make others find no room, for a span that has none.
      held = bytes.get();
      if (held + weight > maxBytes) {
        if (weight <= maxBytes / SMALL) {
          fullAt = gone;
        }
        return null;
      }
    } while (!bytes.compareAndSet(held, held + weight));
    long count;
    do {
      count = enqueued.get();
      if (count - released.get() >= maxSpans) {
        bytes.addAndGet(-weight);
        return null;
      }
    } while (!enqueued.compareAndSet(count, count + 1));
    Entry entry = new Entry(span, weight);
    entries.add(entry);
    return entry;
  }

  /** Moves up to {@code maxSpans} of the oldest to {@code batch}, stopping at {@code maxBytes}. */
  void poll(int maxSpans, long maxBytes, List<Entry> batch) {
    long batchBytes = 0;
    while (batch.size() < maxSpans && batchBytes < maxBytes) {
      Entry entry = entries.poll();
      if (entry == null) {
        return;
      }
      batchBytes += entry.weight();
      batch.add(entry);
    }
  }

  /** Takes the entry out if nobody polled it before. */
  boolean remove(Entry entry) {
    return entries.remove(entry);
  }

  /** Counts spans that are in the spool already, ahead of all others. */
  void addSpooled(long count) {
    enqueued.addAndGet(count);
    released.addAndGet(count);
  }

  /** Gives the places of polled or removed entries free. */
  void release(List<Entry> polled) {
    long weight = 0;
    for (Entry entry : polled) {
      weight += entry.weight();
    }
    bytes.addAndGet(-weight);
    released.addAndGet(polled.size());
  }

  /** Notes the fate of released spans, the oldest that have none. */
  void settle(int count) {
    settled.addAndGet(count);
  }

  public long enqueued() {
    return enqueued.get();
  }

  long released() {
    return released.get();
  }

  long inMemory() {
    long gone = released.get();
    return enqueued.get() - gone;
  }

  public long settled() {
    return settled.get();
  }

  public long waiting() {
    // In this order, as the other way round a span settled in between would count below zero.
    long done = settled.get();
    return enqueued.get() - done;
  }

  long bytes() {
    return bytes.get();
  }

  /** A span in the queue; identity is what counts, so no record. */
  static final class Entry {
    private final SpanData span;
    private final int weight;

    private Entry(SpanData span, int weight) {
      this.span = span;
      this.weight = weight;
    }

    SpanData span() {
      return span;
    }

    int weight() {
      return weight;
    }
  }
}
