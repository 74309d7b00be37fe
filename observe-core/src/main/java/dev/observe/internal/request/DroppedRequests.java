/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.DroppedRequest;
import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.util.Timeouts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The last slow or failed requests that the sampler dropped. The store is bounded by bytes and
 * evicts the oldest entry first.
 *
 * <p>Safe for use by any number of threads.
 */
public final class DroppedRequests {
  /** The size of an entry without its text: the objects around it, rounded up. */
  private static final int ENTRY_BYTES = 200;

  record Entry(
      Instant start,
      Duration duration,
      String traceId,
      String method,
      String route,
      String path,
      int status,
      String errorType)
      implements DroppedRequest {
    private int sizeBytes() {
      // A string takes at most two bytes a character.
      return ENTRY_BYTES
          + 2
              * (traceId.length()
                  + method.length()
                  + route.length()
                  + path.length()
                  + errorType.length());
    }
  }

  /** An OpenTelemetry with its own store, which the filters that trace with it fill. */
  public interface Owner {
    /** Returns the store. */
    DroppedRequests droppedRequests();
  }

  private final long slowNanos;
  private final int maxBytes;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private long bytes;

  private DroppedRequests(long slowNanos, int maxBytes) {
    this.slowNanos = slowNanos;
    this.maxBytes = maxBytes;
  }

  /**
   * Returns an empty store.
   *
   * @throws IllegalArgumentException if a setting is not valid
   */
  public static DroppedRequests from(Settings settings) {
    return new DroppedRequests(
        Timeouts.nanos(settings.get(Setting.SLOW_THRESHOLD)),
        settings.get(Setting.DROPPED_REQUESTS_BYTES).intValue());
  }

  /** Returns whether a request is slow or failed. */
  boolean isNotable(String errorType, long durationNanos) {
    return maxBytes > 0 && (!errorType.isEmpty() || durationNanos >= slowNanos);
  }

  void add(Entry entry) {
    int size = entry.sizeBytes();
    if (size > maxBytes) {
      return;
    }
    lock.lock();
    try {
      entries.addLast(entry);
      bytes += size;
      while (bytes > maxBytes) {
        bytes -= entries.removeFirst().sizeBytes();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns the stored requests, oldest first. */
  public List<DroppedRequest> entries() {
    lock.lock();
    try {
      return List.copyOf(entries);
    } finally {
      lock.unlock();
    }
  }

  static Instant instant(long epochNanos) {
    return Instant.ofEpochSecond(0, epochNanos);
  }
}
