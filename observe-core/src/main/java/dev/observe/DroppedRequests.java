/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.util.Timeouts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The last requests that the sampler dropped although they were slow or failed: those that one
 * would have wanted to keep. In memory only, and bounded by bytes; the oldest goes first.
 *
 * <p>Safe for use by any number of threads.
 */
public final class DroppedRequests {
  /** What an entry takes beside its text: the objects around it, rounded up. */
  private static final int ENTRY_BYTES = 200;

  /**
   * A request that was dropped.
   *
   * @param start when it began
   * @param duration how long it took
   * @param traceId the trace that its callers and its log lines know
   * @param method the request method
   * @param route the route, or empty
   * @param path the path, secrets redacted, at most 128 characters
   * @param status what the client saw; 0 for none
   * @param errorType what failed, or empty
   */
  public record Entry(
      Instant start,
      Duration duration,
      String traceId,
      String method,
      String route,
      String path,
      int status,
      String errorType) {
    private int sizeBytes() {
      // Two bytes a character is the most that a string takes.
      return ENTRY_BYTES
          + 2
              * (traceId.length()
                  + method.length()
                  + route.length()
                  + path.length()
                  + errorType.length());
    }
  }

  /** Has dropped requests of its own, which the filters that trace with it fill. */
  public interface Owner {
    /** Returns them. */
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
   * Returns an empty collection.
   *
   * @throws IllegalArgumentException if a setting is not valid
   */
  public static DroppedRequests from(Settings settings) {
    return new DroppedRequests(
        Timeouts.nanos(settings.get(Setting.SLOW_THRESHOLD)),
        settings.get(Setting.DROPPED_REQUESTS_BYTES).intValue());
  }

  /** Returns whether a request is slow or failed. */
  public boolean isNotable(String errorType, long durationNanos) {
    return maxBytes > 0 && (!errorType.isEmpty() || durationNanos >= slowNanos);
  }

  /** Adds a request. */
  public void add(Entry entry) {
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

  /** Returns what is kept, oldest first. */
  public List<Entry> entries() {
    lock.lock();
    try {
      return new ArrayList<>(entries);
    } finally {
      lock.unlock();
    }
  }

  /** Converts nanoseconds since 1970. */
  public static Instant instant(long epochNanos) {
    long second = TimeUnit.NANOSECONDS.toSeconds(epochNanos);
    return Instant.ofEpochSecond(second, epochNanos - TimeUnit.SECONDS.toNanos(second));
  }
}
