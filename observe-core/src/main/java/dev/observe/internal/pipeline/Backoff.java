/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/** Computes the wait before a retry. One thread. */
final class Backoff {
  /*
   * The cap bounds how long a recovered collector goes unnoticed: 4.8 s with jitter, which leaves
   * half of the promised ten seconds for draining a full queue. An attempt that timed out was itself
   * a long wait, so little is added to it.
   */
  private static final long FIRST_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(4);
  private static final double GROWTH = 1.6;
  private static final double JITTER = 0.2;
  private static final long AFTER_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long CLOSING_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long RETRY_AFTER_SPREAD_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  private final DoubleSupplier random;
  private long nextNanos = FIRST_NANOS;

  /** Creates a back-off whose jitter comes from numbers between 0 and 1. */
  Backoff(DoubleSupplier random) {
    this.random = random;
  }

  void reset() {
    nextNanos = FIRST_NANOS;
  }

  long nextNanos(SendOutcome.Unavailable outcome, boolean closing) {
    if (outcome.retryAfterNanos() > 0) {
      // Never earlier than requested; spread, so that a fleet does not retry at the same moment.
      return outcome.retryAfterNanos() + (long) (random.getAsDouble() * RETRY_AFTER_SPREAD_NANOS);
    }
    if (closing) {
      return CLOSING_NANOS;
    }
    if (outcome.timedOut()) {
      return jittered(AFTER_TIMEOUT_NANOS);
    }
    long nanos = nextNanos;
    nextNanos = Math.min(MAX_NANOS, (long) (nextNanos * GROWTH));
    return jittered(nanos);
  }

  private long jittered(long nanos) {
    return (long) (nanos * (1 - JITTER + 2 * JITTER * random.getAsDouble()));
  }
}
