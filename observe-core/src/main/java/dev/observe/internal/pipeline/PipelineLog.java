/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.DropReason;
import dev.observe.internal.util.FatalErrors;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Logs losses, errors and outages: one line a minute for each reason, with the number of spans
 * since the last line and without stack traces.
 */
final class PipelineLog {
  private static final System.Logger LOGGER = System.getLogger("dev.observe.export");
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final String target;
  private final SpanCounts counts;
  private final LongSupplier nanoClock;
  private final Map<DropReason, Lines> losses = new EnumMap<>(DropReason.class);
  private final Lines errors = new Lines();
  private final Lines outages = new Lines();

  /** Not held while a line is written. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile String lastRejection = "";
  private volatile String lastError = "";

  PipelineLog(String target, SpanCounts counts, LongSupplier nanoClock) {
    this.target = target;
    this.counts = counts;
    this.nanoClock = nanoClock;
    for (DropReason reason : DropReason.values()) {
      losses.put(reason, new Lines());
    }
  }

  void rejection(String detail) {
    lastRejection = detail;
  }

  void workerError(String detail) {
    lastError = detail;
  }

  /** Writes the lines that are due. Never called by a thread that ends a span. */
  void writeDue() {
    losses.forEach(
        (reason, lines) -> {
          long count = due(lines, counts.lost(reason));
          if (count > 0) {
            write(Level.WARNING, "Lost " + count + " spans to " + target + ", " + explain(reason));
          }
        });
    long count = due(errors, counts.workerErrors.get());
    if (count > 0) {
      write(
          Level.WARNING,
          "Exporting to "
              + target
              + " failed with an error "
              + count
              + " times and continues: "
              + lastError);
    }
  }

  /** Returns whether the line was written; only then {@link #collectorBack} follows. */
  boolean collectorLost(String cause, long waiting) {
    if (due(outages, outages.written + 1) == 0) {
      return false;
    }
    write(
        Level.WARNING,
        "Cannot deliver spans to "
            + target
            + " ("
            + cause
            + "); "
            + waiting
            + " wait and are retried");
    return true;
  }

  void collectorBack(long outageNanos, long deliveredLate) {
    write(
        Level.INFO,
        target
            + " is back after "
            + TimeUnit.NANOSECONDS.toSeconds(outageNanos)
            + " s; "
            + deliveredLate
            + " spans were delivered late");
  }

  private String explain(DropReason reason) {
    return switch (reason) {
      case QUEUE_FULL -> "queue_full: the queue was full";
      case REJECTED -> "rejected: " + lastRejection;
      case EXPIRED -> "expired: not acknowledged within the retry time";
      case SHUTDOWN -> "shutdown: closed before they were acknowledged";
      case CORRUPT -> "corrupt: a file of the spool was damaged";
      case TOO_LARGE -> "too_large: a span exceeds the limit of a request or of the queue";
    };
  }

  private long due(Lines lines, long total) {
    lock.lock();
    try {
      long count = total - lines.written;
      long now = nanoClock.getAsLong();
      if (count <= 0 || (lines.any && now - lines.lastNanos < MINUTE_NANOS)) {
        return 0;
      }
      lines.any = true;
      lines.lastNanos = now;
      lines.written = total;
      return count;
    } finally {
      lock.unlock();
    }
  }

  private static void write(Level level, String line) {
    try {
      LOGGER.log(level, line);
    } catch (Throwable t) {
      FatalErrors.rethrow(t);
      // A failing logging backend must not lose spans, and cannot be logged.
    }
  }

  private static final class Lines {
    private long written;
    private long lastNanos;
    private boolean any;
  }
}
