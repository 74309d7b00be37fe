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
 * Keeps the finished spans of each trace until the trace is as whole as it will be here. Not
 * thread-safe, and without a clock: its owner has both.
 */
final class TraceAssembler {
  static final int MAX_SPANS = 1_000;

  /** A trace whose root has ended: only children that outlive it are still to come. */
  static final long ROOT_ENDED_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /** Its caller may be a span of this process that ends when it has read our answer. */
  static final long CALLER_ELSEWHERE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A parent of this process still runs; one that never ends must not hold the trace for good. */
  static final long PARENT_RUNNING_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** In the order their first span came, so that the first is the oldest. */
  private final Map<String, Waiting> traces = new LinkedHashMap<>();

  private int waitingSpans;

  /** Spans of one trace. */
  record Trace(String traceId, List<ConsoleSpan> spans, boolean cutShort) {}

  private static final class Waiting {
    final List<ConsoleSpan> spans = new ArrayList<>();
    long lastNanos;
  }

  /** Takes a span in, and gives the traces that must go to make room for it. */
  List<Trace> add(ConsoleSpan span, long nowNanos) {
    List<Trace> pushedOut = new ArrayList<>();
    while (waitingSpans >= MAX_SPANS) {
      pushedOut.add(take(traces.keySet().iterator().next(), true));
    }
    Waiting waiting = traces.computeIfAbsent(span.traceId(), id -> new Waiting());
    waiting.spans.add(span);
    waiting.lastNanos = nowNanos;
    waitingSpans++;
    return pushedOut;
  }

  /** Gives the traces that have waited long enough. */
  List<Trace> due(long nowNanos) {
    List<String> due = new ArrayList<>();
    traces.forEach(
        (traceId, waiting) -> {
          if (nowNanos - waiting.lastNanos >= patienceNanos(waiting.spans)) {
            due.add(traceId);
          }
        });
    return due.stream().map(traceId -> take(traceId, false)).toList();
  }

  /** Gives all there is. */
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

  /** How long after its last span a trace is held. */
  private static long patienceNanos(List<ConsoleSpan> spans) {
    long patience = ROOT_ENDED_NANOS;
    for (ConsoleSpan span : SpanTree.tops(spans)) {
      if (!span.isRoot()) {
        long ofSpan = span.remoteParent() ? CALLER_ELSEWHERE_NANOS : PARENT_RUNNING_NANOS;
        patience = Math.max(patience, ofSpan);
      }
    }
    return patience;
  }
}
