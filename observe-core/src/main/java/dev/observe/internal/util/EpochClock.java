/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import java.time.Instant;
import java.time.InstantSource;

/**
 * Converts a reading of {@link System#nanoTime()} to nanoseconds since 1970.
 *
 * <p>The times of a span and the duration in a histogram thus come from the same two readings and
 * agree.
 */
public final class EpochClock {
  /** The interval after which the clocks are compared again, to follow a changed wall clock. */
  private static final long ANCHOR_NANOS = 1_000_000_000L;

  private record Anchor(long atNanos, long offsetNanos) {}

  private final InstantSource wallClock;
  private volatile Anchor anchor;

  public EpochClock(InstantSource wallClock, long nanoTime) {
    this.wallClock = wallClock;
    this.anchor = compare(nanoTime);
  }

  public long epochNanos(long nanoTime) {
    Anchor current = anchor;
    if (nanoTime - current.atNanos() > ANCHOR_NANOS) {
      // Two threads may both do this; both results are right.
      current = compare(nanoTime);
      anchor = current;
    }
    return nanoTime + current.offsetNanos();
  }

  private Anchor compare(long nanoTime) {
    Instant now = wallClock.instant();
    return new Anchor(nanoTime, now.getEpochSecond() * 1_000_000_000L + now.getNano() - nanoTime);
  }
}
