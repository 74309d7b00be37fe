/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for other threads: a container ends a request after the client has the response. */
final class Waiting {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  /** Keeps nanoseconds from overflowing. */
  private static final Duration MAX_WAIT = Duration.ofDays(365);

  private final Duration timeout;
  private final long deadlineNanos;

  private Waiting(Duration timeout) {
    this.timeout = timeout.compareTo(MAX_WAIT) < 0 ? timeout : MAX_WAIT;
    this.deadlineNanos = System.nanoTime() + this.timeout.toNanos();
  }

  /** Returns a wait whose timeout starts now. */
  static Waiting atMost(Duration timeout) {
    return new Waiting(timeout);
  }

  /** Returns whether the condition held in time; an interrupt ends the wait and stays set. */
  boolean until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNanos >= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }

  /** Returns the timeout with its unit. */
  @Override
  public String toString() {
    return timeout.toMillis() % 1000 == 0 ? timeout.toSeconds() + " s" : timeout.toMillis() + " ms";
  }
}
