/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import dev.observe.internal.pipeline.SpanSizeEstimator;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Recent traces within a budget: the latest, and beside them the last ten of each entry and latency
 * band and the failed ones, so that a slow or failed trace outlasts a flood of good ones.
 *
 * <p>Safe for use by any number of threads.
 */
final class TraceStore {
  /*
   * A trace may be in three lists, and leaves the store with the last of them. Each of the two
   * lists beside the latest may hold a quarter of the bytes, so that at least half is left for the
   * latest. Rejected: sampling by weight, after which the page could not promise which trace is
   * there.
   */
  private static final int MAX_STRATA = 1_000;

  /** The estimator counts half of the heap. */
  private static final int HEAP_PER_ESTIMATE = 2;

  private final int maxTraces;
  private final long maxBytes;
  private final ErrorGroups errors = new ErrorGroups();
  private final SpanSizeEstimator sizes = new SpanSizeEstimator();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private final Map<String, StoredTrace> byId = new HashMap<>();
  private final Deque<StoredTrace> latest = new ArrayDeque<>();
  private final Set<StoredTrace> kept = new LinkedHashSet<>();
  private final Deque<StoredTrace> failed = new ArrayDeque<>();
  private final Map<String, Stratum> strata = new LinkedHashMap<>();
  private long bytes;
  private long keptBytes;
  private long failedBytes;
  private long evicted;
  private long omittedSpans;

  TraceStore(int maxTraces, long maxBytes) {
    this.maxTraces = maxTraces;
    this.maxBytes = maxBytes;
  }

  /** Adds an ended span to its trace. */
  void add(SpanData span) {
    long size = (long) sizes.of(span) * HEAP_PER_ESTIMATE;
    lock.lock();
    try {
      StoredTrace trace = byId.get(span.getTraceId());
      if (trace == null) {
        trace = new StoredTrace(span.getTraceId());
        byId.put(trace.id(), trace);
        latest.add(trace);
        trace.latest = true;
      }
      boolean wasFailed = trace.isFailed();
      if (!trace.add(span, size, maxBytes / 2)) {
        omittedSpans++;
        return;
      }
      bytes += size;
      keptBytes += trace.kept ? size : 0;
      failedBytes += trace.keptFailed ? size : 0;
      if (trace.isFailed() && !wasFailed) {
        trace.keptFailed = true;
        failed.add(trace);
        failedBytes += trace.bytes();
      }
      if (trace.isComplete()) {
        stratify(trace);
      }
      if (span.getStatus().getStatusCode() == StatusCode.ERROR) {
        errors.add(span);
      }
      evict();
    } finally {
      lock.unlock();
    }
  }

  /** Puts a trace into the list of its entry and band, which a later span may change. */
  private void stratify(StoredTrace trace) {
    String key = trace.band() + " " + trace.service() + " " + trace.name();
    Stratum wanted = strata.get(key);
    if (wanted == null) {
      if (strata.size() >= MAX_STRATA) {
        return;
      }
      wanted = new Stratum();
      strata.put(key, wanted);
    }
    if (trace.stratum == wanted) {
      return;
    }
    if (trace.stratum != null) {
      trace.stratum.traces.remove(trace);
    }
    trace.stratum = wanted;
    wanted.traces.add(trace);
    if (!trace.kept) {
      trace.kept = true;
      kept.add(trace);
      keptBytes += trace.bytes();
    }
    if (wanted.traces.size() > Stratum.MAX) {
      unkeep(wanted.traces.getFirst());
    }
  }

  private void unkeep(StoredTrace trace) {
    if (trace.stratum != null) {
      trace.stratum.traces.remove(trace);
      trace.stratum = null;
    }
    if (trace.kept) {
      trace.kept = false;
      kept.remove(trace);
      keptBytes -= trace.bytes();
    }
    removeIfUnused(trace);
  }

  private void evict() {
    while (latest.size() > maxTraces) {
      dropLatest();
    }
    while (failedBytes > maxBytes / 4 || failed.size() > maxTraces) {
      StoredTrace oldest = failed.removeFirst();
      oldest.keptFailed = false;
      failedBytes -= oldest.bytes();
      removeIfUnused(oldest);
    }
    while (keptBytes > maxBytes / 4 || kept.size() > maxTraces) {
      unkeep(kept.iterator().next());
    }
    while (bytes > maxBytes && latest.size() > 1) {
      dropLatest();
    }
  }

  private void dropLatest() {
    StoredTrace oldest = latest.removeFirst();
    oldest.latest = false;
    removeIfUnused(oldest);
  }

  private void removeIfUnused(StoredTrace trace) {
    if (!trace.latest && !trace.kept && !trace.keptFailed && byId.remove(trace.id()) != null) {
      bytes -= trace.bytes();
      evicted++;
    }
  }

  /**
   * Returns what a function makes of all traces, the newest first. The function must be fast: spans
   * wait for it in the ring.
   */
  <T> List<T> map(Function<StoredTrace, @Nullable T> function) {
    lock.lock();
    try {
      List<StoredTrace> all = new ArrayList<>(byId.values());
      all.sort((a, b) -> Long.compare(b.startEpochNanos(), a.startEpochNanos()));
      List<T> results = new ArrayList<>();
      for (StoredTrace trace : all) {
        T result = function.apply(trace);
        if (result != null) {
          results.add(result);
        }
      }
      return results;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the spans of a trace by start, or null if the store does not have it. */
  @Nullable Found find(String traceId) {
    lock.lock();
    try {
      StoredTrace trace = byId.get(traceId);
      return trace == null
          ? null
          : new Found(List.copyOf(trace.spans()), trace.omitted(), trace.startEpochNanos());
    } finally {
      lock.unlock();
    }
  }

  /**
   * A trace that was found.
   *
   * @param omitted how many further spans it has, which were not kept
   */
  record Found(List<SpanData> spans, int omitted, long startEpochNanos) {}

  /** Returns the groups of errors. */
  ErrorGroups errors() {
    return errors;
  }

  /** Returns the sizes of the store. */
  Sizes sizes() {
    lock.lock();
    try {
      return new Sizes(byId.size(), bytes, maxTraces, maxBytes, evicted, omittedSpans);
    } finally {
      lock.unlock();
    }
  }

  /** What the store holds, may hold, and has removed. */
  record Sizes(
      int traces, long bytes, int maxTraces, long maxBytes, long evicted, long omittedSpans) {}
}
