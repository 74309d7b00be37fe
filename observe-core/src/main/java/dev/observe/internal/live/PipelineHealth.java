/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import dev.observe.CollectorCheck;
import dev.observe.internal.pipeline.PipelineStats;
import dev.observe.internal.util.DaemonThreads;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whether spans reach their collector: a pipeline that retries or loses spans starts the check of
 * the collector, at most once a minute.
 */
final class PipelineHealth {
  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(5);
  private static final long CHECK_INTERVAL_NANOS = 60_000_000_000L;

  /** A problem is shown this long after its last sign. */
  private static final long SHOWN_NANOS = 20_000_000_000L;

  /** The checks of the tracing handles of the process, each with a time limit. */
  private static final List<Function<Duration, CollectorCheck>> CHECKS =
      new CopyOnWriteArrayList<>();

  private final Map<String, PipelineStats> before = new HashMap<>();
  private final AtomicBoolean checking = new AtomicBoolean();
  private volatile @Nullable String finding;
  private volatile boolean troubled;
  private volatile boolean losing;
  private long lastSignNanos;
  private long checkedNanos;

  /** Adds the check of a tracing handle; the result removes it. */
  static Runnable addCheck(Function<Duration, CollectorCheck> check) {
    CHECKS.add(check);
    return () -> CHECKS.remove(check);
  }

  /** Compares the counts with those of the last call; for one thread. */
  void sample(List<PipelineStats> pipelines, long nowNanos) {
    boolean sign = false;
    boolean lost = false;
    for (PipelineStats now : pipelines) {
      PipelineStats last = before.put(now.componentName(), now);
      if (last != null) {
        lost |= now.lostTotal() > last.lostTotal();
        sign |= lost || now.retries() > last.retries();
      }
    }
    if (sign) {
      lastSignNanos = nowNanos;
      troubled = true;
      losing = lost;
      checkCollectors(nowNanos);
    } else if (troubled && nowNanos - lastSignNanos > SHOWN_NANOS) {
      troubled = false;
      finding = null;
    }
  }

  private void checkCollectors(long nowNanos) {
    if ((finding != null && nowNanos - checkedNanos < CHECK_INTERVAL_NANOS)
        || !checking.compareAndSet(false, true)) {
      return;
    }
    checkedNanos = nowNanos;
    DaemonThreads.newThread("observe-live-check", this::check).start();
  }

  private void check() {
    try {
      String found = null;
      for (Function<Duration, CollectorCheck> check : CHECKS) {
        CollectorCheck result = check.apply(CHECK_TIMEOUT);
        found = found == null && !result.isOk() ? result.message() : found;
      }
      finding = found == null ? "The collector answers now; spans are retried." : found;
    } finally {
      checking.set(false);
    }
  }

  /** Returns whether spans are retried or lost at present. */
  boolean isTroubled() {
    return troubled;
  }

  /** Returns the problem and its fix in one line, or null if there is none. */
  @Nullable String message() {
    if (!troubled) {
      return null;
    }
    String effect =
        losing ? "Spans are being lost. " : "Spans wait and are retried; none is lost yet. ";
    String cause = finding;
    return effect + (cause == null ? "The collector is being checked." : cause);
  }
}
