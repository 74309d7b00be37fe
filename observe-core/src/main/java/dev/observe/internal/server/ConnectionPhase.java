/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * What a connection does now and since when, as seen by whoever may have to cut it.
 *
 * <p>Each step is an object of its own, and a cut names the one it means. So a request that
 * completes between the decision to cut and the cut is left alone, and so is the next request of
 * the same connection.
 */
final class ConnectionPhase {
  /** What a connection does. */
  enum Step {
    IDLE,
    READING,
    HANDLING,
    WRITING,
    DRAINING,
    CUT
  }

  /** One stay in a step. */
  static final class Stay {
    private final Step step;
    private final long sinceNanos;

    private Stay(Step step, long sinceNanos) {
      this.step = step;
      this.sinceNanos = sinceNanos;
    }

    Step step() {
      return step;
    }

    long ageNanos(long nowNanos) {
      return nowNanos - sinceNanos;
    }
  }

  private final LongSupplier nanoClock;
  private final AtomicReference<Stay> stay;

  ConnectionPhase(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.stay = new AtomicReference<>(new Stay(Step.READING, nanoClock.getAsLong()));
  }

  Stay stay() {
    return Objects.requireNonNull(stay.get(), "stay");
  }

  /** Goes on to the next step; false if the connection was cut. */
  boolean enter(Step next) {
    Stay current = stay();
    return current.step != Step.CUT
        && stay.compareAndSet(current, new Stay(next, nanoClock.getAsLong()));
  }

  /** Cuts the connection if it has not gone on to another step. */
  boolean cut(Stay expected) {
    return stay.compareAndSet(expected, new Stay(Step.CUT, nanoClock.getAsLong()));
  }
}
