/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Holds the finished spans of each trace until no more are expected. Not thread-safe; the caller
 * passes the time.
 */
final class TraceAssembler {
  static final int MAX_SPANS = 1_000;

  /** The wait after the root has ended: only children that outlive it can follow. */
  static final long ROOT_ENDED_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** The wait for a remote caller, which may be a span of this process that ends soon. */
  static final long CALLER_ELSEWHERE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The wait for an unfinished parent, limited because a parent may never end. */
  static final long PARENT_RUNNING_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** In the order of their first spans, so that the first trace is the oldest. */
  private final Map<String, Waiting> traces = new LinkedHashMap<>();

  private int waitingSpans;

  /** Spans of one trace. */
  record Trace(String traceId, List<ConsoleSpan> spans, boolean cutShort) {}

  private static final class Waiting {
    final List<ConsoleSpan> spans = new ArrayList<>();
    long lastNanos;
  }

  /** Adds a span, and returns the traces that were evicted for it. */
  List<Trace> add(ConsoleSpan span, long nowNanos) {
    List<Trace> evicted = new ArrayList<>();
    while (waitingSpans >= MAX_SPANS) {
      evicted.add(take(traces.keySet().iterator().next(), true));
    }
    Waiting waiting = traces.computeIfAbsent(span.traceId(), id -> new Waiting());
    waiting.spans.add(span);
    waiting.lastNanos = nowNanos;
    waitingSpans++;
    return evicted;
  }

  /** Removes and returns the traces whose wait is over. */
  List<Trace> due(long nowNanos) {
    List<String> due = new ArrayList<>();
    traces.forEach(
        (traceId, waiting) -> {
          if (nowNanos - waiting.lastNanos >= waitNanos(waiting.spans)) {
            due.add(traceId);
          }
        });
    return due.stream().map(traceId -> take(traceId, false)).toList();
  }

  /** Removes and returns all traces. */
  List<Trace> drain() {
    return List.copyOf(traces.keySet()).stream().map(traceId -> take(traceId, false)).toList();
  }

  boolean isEmpty() {
    return traces.isEmpty();
  }

  private Trace take(String traceId, boolean cutShort) {
    Waiting waiting = traces.remove(traceId);
    if (waiting == null) {
      throw new IllegalStateException("no trace " + traceId);
    }
    waitingSpans -= waiting.spans.size();
    return new Trace(traceId, waiting.spans, cutShort);
  }

  /** Returns how long after its last span a trace waits. */
  private static long waitNanos(List<ConsoleSpan> spans) {
    long wait = ROOT_ENDED_NANOS;
    for (ConsoleSpan span : SpanTree.tops(spans)) {
      if (!span.isRoot()) {
        long ofSpan = span.remoteParent() ? CALLER_ELSEWHERE_NANOS : PARENT_RUNNING_NANOS;
        wait = Math.max(wait, ofSpan);
      }
    }
    return wait;
  }
}
