/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import java.time.Duration;

/** Converts durations of any length to nanoseconds. */
public final class Timeouts {
  /** About 146 years: half of the range, so that a sum with a clock reading does not overflow. */
  private static final long MAX_NANOS = Long.MAX_VALUE / 2;

  private static final Duration MAX = Duration.ofNanos(MAX_NANOS);
  private static final Duration MIN = Duration.ofNanos(-MAX_NANOS);

  private Timeouts() {}

  /** Returns the nanoseconds of a duration, limited to plus or minus 146 years. */
  public static long nanos(Duration duration) {
    if (duration.compareTo(MAX) >= 0) {
      return MAX_NANOS;
    }
    return duration.compareTo(MIN) <= 0 ? -MAX_NANOS : duration.toNanos();
  }
}
