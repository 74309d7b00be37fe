/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.DropReason;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Says in the log what went wrong: one line a minute for each reason, with the number of spans
 * since the last one, and never a stack trace.
 */
public final class PipelineLog {
  private static final System.Logger LOGGER = System.getLogger("dev.observe.export");
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final String target;
  private final SpanCounts ledger;
  private final LongSupplier nanoClock;
  private final Map<DropReason, Lines> losses = new EnumMap<>(DropReason.class);
  private final Lines errors = new Lines();
  private final Lines outages = new Lines();

  /** Two threads come here at most, at the end; the lock is free while the line is written. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile String lastRejection = "";
  private volatile String lastError = "";

  PipelineLog(String target, SpanCounts ledger, LongSupplier nanoClock) {
    this.target = target;
    this.ledger = ledger;
    this.nanoClock = nanoClock;
    for (DropReason reason : DropReason.values()) {
      losses.put(reason, new Lines());
    }
  }

  void rejection(String detail) {
    lastRejection = detail;
  }

  public void workerError(String detail) {
    lastError = detail;
  }

  /** Writes what is due. Never called by a thread that ends a span. */
  public void writeDue() {
    losses.forEach(
        (reason, lines) -> {
          long count = due(lines, ledger.lost(reason));
          if (count > 0) {
            write(Level.WARNING, "Lost " + count + " spans to " + target + ", " + explain(reason));
          }
        });
    long count = due(errors, ledger.workerErrors());
    if (count > 0) {
      write(
          Level.WARNING,
          "Exporting to "
              + target
              + " was disturbed "
              + count
              + " times and goes on: "
              + lastError);
    }
  }

  /** Returns whether the line was written; then the return is worth a line as well. */
  boolean collectorLost(String cause, long waiting) {
    if (due(outages, outages.written + 1) == 0) {
      return false;
    }
    write(
        Level.WARNING,
        "Spans do not get to "
            + target
            + " ("
            + cause
            + "); "
            + waiting
            + " wait and are offered again");
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
      case QUEUE_FULL -> "queue_full: more ended than the queue's limits let wait";
      case REJECTED -> "rejected: " + lastRejection;
      case EXPIRED -> "expired: offered again for too long without success";
      case SHUTDOWN -> "shutdown: closed before they were acknowledged";
      case CORRUPT -> "corrupt: a file of the spool was damaged";
      case TOO_LARGE -> "too_large: one span is larger than a request or the queue may be";
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
    } catch (RuntimeException e) {
      // A logging backend that fails must not cost spans, and there is nowhere left to say so.
    }
  }

  private static final class Lines {
    private long written;
    private long lastNanos;
    private boolean any;
  }
}
