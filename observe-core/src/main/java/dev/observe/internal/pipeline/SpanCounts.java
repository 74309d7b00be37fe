/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static java.util.Objects.requireNonNull;

import dev.observe.DropReason;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts spans by outcome. No count is derived from the others, so that the identity between them
 * is a check.
 */
final class SpanCounts {
  final LongAdder ended = new LongAdder();
  final AtomicLong recovered = new AtomicLong();
  final AtomicLong acknowledged = new AtomicLong();

  /** Filled once; any thread may read it then. */
  private final Map<DropReason, AtomicLong> lost = new EnumMap<>(DropReason.class);

  /** Losses of spans that never entered the queue; known before {@code end()} returns. */
  final AtomicLong lostAtEntry = new AtomicLong();

  /** Losses of spans that had been queued. */
  final AtomicLong lostFromQueue = new AtomicLong();

  private final ConcurrentMap<Integer, LongAdder> rejectedByStatus = new ConcurrentHashMap<>();
  final AtomicLong retries = new AtomicLong();
  final AtomicLong workerErrors = new AtomicLong();

  SpanCounts() {
    for (DropReason reason : DropReason.values()) {
      lost.put(reason, new AtomicLong());
    }
  }

  void lostAtEntry(DropReason reason) {
    counter(reason).incrementAndGet();
    lostAtEntry.incrementAndGet();
  }

  void lostFromQueue(DropReason reason, long count) {
    counter(reason).addAndGet(count);
    lostFromQueue.addAndGet(count);
  }

  void rejected(int status, long count) {
    if (count == 0) {
      return;
    }
    rejectedByStatus.computeIfAbsent(status, unused -> new LongAdder()).add(count);
    lostFromQueue(DropReason.REJECTED, count);
  }

  /** Returns the losses by reason; every reason is present. */
  Map<DropReason, Long> lost() {
    Map<DropReason, Long> byReason = new EnumMap<>(DropReason.class);
    for (DropReason reason : DropReason.values()) {
      byReason.put(reason, lost(reason));
    }
    return Collections.unmodifiableMap(byReason);
  }

  long lost(DropReason reason) {
    return counter(reason).get();
  }

  SortedMap<Integer, Long> rejectedByStatus() {
    SortedMap<Integer, Long> byStatus = new TreeMap<>();
    for (Map.Entry<Integer, LongAdder> rejected : rejectedByStatus.entrySet()) {
      byStatus.put(rejected.getKey(), rejected.getValue().sum());
    }
    return Collections.unmodifiableSortedMap(byStatus);
  }

  private AtomicLong counter(DropReason reason) {
    return requireNonNull(lost.get(reason));
  }
}
