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
 * Warnings of which each kind appears at most once a minute, with the number left unsaid since.
 *
 * <p>Safe for use by any number of threads. Kinds are constants of this package, never input.
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
    long unsaid = kinds.computeIfAbsent(kind, k -> new Kind()).turn(nanoClock.getAsLong());
    if (unsaid < 0) {
      return;
    }
    String more = unsaid == 0 ? "" : " (and " + unsaid + " more since the last such line)";
    logger.log(System.Logger.Level.WARNING, kind + ": " + clean(detail) + more);
  }

  /** A failure in one line: its class and message, no stack trace. */
  public static String describe(Throwable failure) {
    String message = failure.getMessage();
    return failure.getClass().getName() + (message == null ? "" : ": " + message);
  }

  /** What others wrote must not be able to forge a line of the log, nor to fill it. */
  private static String clean(String text) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), MAX_DETAIL_CHARS));
    for (int i = 0; i < text.length() && i < MAX_DETAIL_CHARS; i++) {
      char c = text.charAt(i);
      boolean breaksLine = Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
      clean.append(breaksLine ? '?' : c);
    }
    return clean.toString();
  }

  private static final class Kind {
    private boolean said;
    private long lastNanos;
    private long unsaid;

    /** How many lines were left unsaid, or -1 when this one is to be left unsaid too. */
    synchronized long turn(long nowNanos) {
      if (said && nowNanos - lastNanos < INTERVAL_NANOS) {
        unsaid++;
        return -1;
      }
      long count = unsaid;
      said = true;
      lastNanos = nowNanos;
      unsaid = 0;
      return count;
    }
  }
}
