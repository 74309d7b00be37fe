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
 * <p>A span keeps its place until it is released, also while it is in flight. Any thread may offer
 * spans, and never waits.
 */
final class SpanQueue {
  /**
   * A queue without room for this part of its bytes is full: weighing more spans costs too much.
   */
  private static final int SMALL = 1024;

  /*
   * Two counters that only grow, instead of one that goes up and down: since polls are in order, all
   * spans before a flush are settled once "settled" reaches the "enqueued" of its call.
   */
  private final AtomicLong enqueued = new AtomicLong();

  /** Spans that left memory, settled or to the spool; the limits count the others. */
  private final AtomicLong released = new AtomicLong();

  private final AtomicLong settled = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();

  /** The value of {@code released} when a small span did not fit; until it grows, none will. */
  private volatile long fullAt = -1;

  private final Queue<Entry> entries = new ConcurrentLinkedQueue<>();
  private final long maxSpans;
  private final long maxBytes;

  SpanQueue(long maxSpans, long maxBytes) {
    this.maxSpans = maxSpans;
    this.maxBytes = maxBytes;
  }

  /**
   * Returns whether any span would be dropped, before one is copied and weighed. True from when a
   * small span did not fit until another span leaves.
   */
  boolean isFull() {
    long gone = released.get();
    return fullAt == gone || enqueued.get() - gone >= maxSpans;
  }

  /** Adds the span, or returns null if it does not fit. */
  @Nullable Entry offer(SpanData span, int weight) {
    // Read before the bytes: spans that leave in between make room, so the queue is not full.
    long gone = released.get();
    long held;
    do {
      // Adding before checking would take room from other threads for a span that does not fit.
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

  /** Removes the entry; returns false if it was polled before. */
  boolean remove(Entry entry) {
    return entries.remove(entry);
  }

  /** Counts the spans that are in the spool at the start, ahead of all others. */
  void addSpooled(long count) {
    enqueued.addAndGet(count);
    released.addAndGet(count);
  }

  /** Frees the places of polled or removed entries. */
  void release(List<Entry> polled) {
    long weight = 0;
    for (Entry entry : polled) {
      weight += entry.weight();
    }
    bytes.addAndGet(-weight);
    released.addAndGet(polled.size());
  }

  /** Notes that the oldest released spans are settled. */
  void settle(int count) {
    settled.addAndGet(count);
  }

  long enqueued() {
    return enqueued.get();
  }

  long released() {
    return released.get();
  }

  long inMemory() {
    long gone = released.get();
    return enqueued.get() - gone;
  }

  long settled() {
    return settled.get();
  }

  long waiting() {
    // Read in this order: a span settled in between must not make the result negative.
    long done = settled.get();
    return enqueued.get() - done;
  }

  long bytes() {
    return bytes.get();
  }

  /** A span in the queue. */
  record Entry(SpanData span, int weight) {}
}
