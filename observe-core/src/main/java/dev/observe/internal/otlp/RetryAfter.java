/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;

/** The {@code Retry-After} header (RFC 9110, 10.2.3): seconds or a date. */
final class RetryAfter {
  /** Bounds how long a collector can stop the export. */
  static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final int MAX_DIGITS = 9;

  private RetryAfter() {}

  /**
   * Returns the wait, at most {@link #MAX_NANOS}; 0 if the header requires none or is malformed.
   */
  static long nanos(String header, Instant now) {
    String value = header.strip();
    if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return value.length() > MAX_DIGITS ? MAX_NANOS : capped(Long.parseLong(value) * 1_000);
    }
    try {
      Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return date.isAfter(now) ? capped(Duration.between(now, date).toMillis()) : 0;
    } catch (DateTimeException | ArithmeticException e) {
      return 0;
    }
  }

  private static long capped(long millis) {
    return Math.min(MAX_NANOS, TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
