/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import java.time.Instant;
import java.time.InstantSource;

/**
 * Turns a reading of {@link System#nanoTime()} into nanoseconds since 1970.
 *
 * <p>A span wants a date and a histogram a duration; both are made from the same two readings, so
 * they cannot disagree.
 */
public final class EpochClock {
  /** How long one comparison of the two clocks is good for: a step of the wall clock shows then. */
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
      // Two threads may both do this; either answer is right.
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
