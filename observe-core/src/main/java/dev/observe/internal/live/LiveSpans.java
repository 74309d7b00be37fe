/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import dev.observe.CollectorCheck;
import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.NanoClock;
import dev.observe.internal.util.RateLimitedLog;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The traces of this process for its live pages: all handles share them, because a trace may pass
 * through several services of a process.
 *
 * <p>Safe for use by any number of threads.
 */
public final class LiveSpans {
  private static final int RING = 16_384;
  private static final long DRAIN_MILLIS = 200;
  private static final ReentrantLock LOCK = new ReentrantLock();

  /** Guarded by the lock, as the number of its users. */
  private static @Nullable LiveSpans current;

  private final SpanRing ring = new SpanRing(RING);
  private final ReentrantLock draining = new ReentrantLock();
  private final TraceStore store;
  private final Thread thread;
  private final RateLimitedLog log =
      new RateLimitedLog(System.getLogger(LiveSpans.class.getName()), NanoClock.SYSTEM);
  private final AtomicInteger sources = new AtomicInteger();
  private int users;

  private LiveSpans(LiveSettings settings) {
    this.store = new TraceStore(settings.maxTraces(), settings.maxBytes());
    this.thread = DaemonThreads.newThread("observe-live-traces", this::run);
  }

  /** Returns the traces of the process, which the first call starts to collect. */
  static LiveSpans acquire(LiveSettings settings) {
    LOCK.lock();
    try {
      LiveSpans shared = current;
      if (shared == null) {
        shared = new LiveSpans(settings);
        current = shared;
        shared.thread.start();
      }
      shared.users++;
      return shared;
    } finally {
      LOCK.unlock();
    }
  }

  /** Ends the collection when each caller of {@link #acquire} has released it. */
  void release() {
    LOCK.lock();
    try {
      if (--users == 0) {
        current = null;
        thread.interrupt();
      }
    } finally {
      LOCK.unlock();
    }
  }

  /**
   * Returns a processor that adds the spans of one tracing handle until it is shut down.
   *
   * @param check finds out why the collector of the handle does not answer, within a time limit
   */
  public static SpanProcessor processor(
      LiveSettings settings, Function<Duration, CollectorCheck> check) {
    return new LiveSpanProcessor(acquire(settings), PipelineHealth.addCheck(check));
  }

  void sourceAdded() {
    sources.incrementAndGet();
  }

  void sourceRemoved() {
    sources.decrementAndGet();
  }

  /** Returns whether a tracing handle adds its spans. */
  boolean hasSource() {
    return sources.get() > 0;
  }

  void offer(ReadableSpan span) {
    ring.offer(span);
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        drain();
        TimeUnit.MILLISECONDS.sleep(DRAIN_MILLIS);
      }
    } catch (InterruptedException e) {
      // Released.
    }
  }

  private void drain() {
    draining.lock();
    try {
      ring.drain(this::add);
    } finally {
      draining.unlock();
    }
  }

  private void add(ReadableSpan span) {
    try {
      store.add(span.toSpanData());
    } catch (RuntimeException | Error e) {
      FatalErrors.rethrow(e);
      log.warn("The live page lacks a span", RateLimitedLog.describe(e));
    }
  }

  /** Returns the store with all spans that have ended. */
  TraceStore store() {
    drain();
    return store;
  }

  /** Returns how many spans were dropped because they ended faster than they were stored. */
  long dropped() {
    return ring.dropped();
  }
}
