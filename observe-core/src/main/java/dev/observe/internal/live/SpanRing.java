/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import io.opentelemetry.sdk.trace.ReadableSpan;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue of ended spans from many threads to one. A span that finds it full is dropped and
 * counted, so {@link #offer} never waits and allocates nothing.
 */
final class SpanRing {
  private final int mask;
  private final AtomicReferenceArray<@Nullable ReadableSpan> slots;
  private final AtomicLong tail = new AtomicLong();
  private final LongAdder dropped = new LongAdder();

  /** The next slot to read; written by the reader only. */
  private volatile long head;

  /** Creates a queue; the capacity is a power of two. */
  SpanRing(int capacity) {
    this.mask = capacity - 1;
    this.slots = new AtomicReferenceArray<>(capacity);
  }

  void offer(ReadableSpan span) {
    while (true) {
      long end = tail.get();
      if (end - head > mask) {
        dropped.increment();
        return;
      }
      if (tail.compareAndSet(end, end + 1)) {
        slots.setRelease((int) end & mask, span);
        return;
      }
    }
  }

  /** Passes on the spans of the queue, in order; for one thread at a time. */
  void drain(Consumer<ReadableSpan> reader) {
    long next = head;
    ReadableSpan span = slots.getAcquire((int) next & mask);
    while (span != null) {
      slots.setRelease((int) next & mask, null);
      head = ++next;
      reader.accept(span);
      span = slots.getAcquire((int) next & mask);
    }
  }

  /** Returns how many spans found the queue full. */
  long dropped() {
    return dropped.sum();
  }
}
