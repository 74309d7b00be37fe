/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * The current phase of a connection and its start, for the threads that may abort the connection.
 *
 * <p>Each change of phase creates an object, and an abort names the object that it expects. So it
 * has no effect on a request that completes in the meantime, nor on the next request of the
 * connection.
 */
final class ConnectionState {
  enum Phase {
    IDLE,
    READING,
    HANDLING,
    WRITING,
    DRAINING,
    ABORTED
  }

  /** A phase with the time of its start; compared by identity. */
  record TimedPhase(Phase phase, long startNanos) {
    long ageNanos(long nowNanos) {
      return nowNanos - startNanos;
    }
  }

  private final LongSupplier nanoClock;
  private final AtomicReference<TimedPhase> current;

  ConnectionState(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.current = new AtomicReference<>(new TimedPhase(Phase.READING, nanoClock.getAsLong()));
  }

  TimedPhase current() {
    return Objects.requireNonNull(current.get(), "current");
  }

  /** Enters the next phase; returns false if the connection was aborted. */
  boolean enter(Phase next) {
    TimedPhase before = current();
    return before.phase != Phase.ABORTED
        && current.compareAndSet(before, new TimedPhase(next, nanoClock.getAsLong()));
  }

  /** Marks the connection as aborted if it is still in the expected phase. */
  boolean abort(TimedPhase expected) {
    return current.compareAndSet(expected, new TimedPhase(Phase.ABORTED, nanoClock.getAsLong()));
  }
}
