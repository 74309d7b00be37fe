/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Logs warnings of each kind at most once a minute, with the number suppressed since.
 *
 * <p>Safe for use by any number of threads. Kinds must be constants, never input.
 */
public final class RateLimitedLog {
  private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int MAX_DETAIL_CHARS = 256;

  private final System.Logger logger;
  private final LongSupplier nanoClock;
  private final Map<String, Kind> kinds = new ConcurrentHashMap<>();

  public RateLimitedLog(System.Logger logger, LongSupplier nanoClock) {
    this.logger = logger;
    this.nanoClock = nanoClock;
  }

  public void warn(String kind, String detail) {
    long suppressed = kinds.computeIfAbsent(kind, k -> new Kind()).turn(nanoClock.getAsLong());
    if (suppressed < 0) {
      return;
    }
    String more = suppressed == 0 ? "" : " (and " + suppressed + " more since the last such line)";
    logger.log(
        System.Logger.Level.WARNING,
        kind + ": " + SafeText.oneLine(detail, MAX_DETAIL_CHARS) + more);
  }

  /** Returns the class and the message of a failure, without the stack trace. */
  public static String describe(Throwable failure) {
    String message = failure.getMessage();
    return failure.getClass().getName() + (message == null ? "" : ": " + message);
  }

  private static final class Kind {
    private boolean logged;
    private long lastNanos;
    private long suppressed;

    /** Returns the number of lines suppressed before this one, or -1 if it is suppressed too. */
    synchronized long turn(long nowNanos) {
      if (logged && nowNanos - lastNanos < INTERVAL_NANOS) {
        suppressed++;
        return -1;
      }
      long count = suppressed;
      logged = true;
      lastNanos = nowNanos;
      suppressed = 0;
      return count;
    }
  }
}
