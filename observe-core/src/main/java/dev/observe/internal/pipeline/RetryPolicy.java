/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/** Decides how long an attempt may take, and whether and when it is retried. One thread. */
public final class RetryPolicy {
  private static final long MIN_ATTEMPT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_THROWS = 3;

  /*
   * After a timeout, attempts get half the limit, so that a recovery is noticed while a request on
   * the dead connection still hangs. One in thirteen gets the full limit, for a collector that is
   * only slow: otherwise it could never answer again.
   */
  private static final int FULL_LIMIT_EVERY = 13;

  private final long timeoutNanos;
  private final long maxRetryNanos;
  private final Backoff backoff;
  private int timeouts;
  private int throwsInARow;
  private boolean failing;
  private long failingSinceNanos;

  /** Creates a policy; with zero {@code maxRetryNanos} nothing is retried. */
  RetryPolicy(long timeoutNanos, long maxRetryNanos, DoubleSupplier random) {
    this.timeoutNanos = timeoutNanos;
    this.maxRetryNanos = maxRetryNanos;
    this.backoff = new Backoff(random);
  }

  /** Returns how long the next attempt may take, within the time left to close. */
  public long attemptNanos(long closingNanosLeft) {
    long limit = timeoutNanos;
    if (timeouts % FULL_LIMIT_EVERY != 0) {
      limit = Math.min(limit, Math.max(MIN_ATTEMPT_NANOS, limit / 2));
    }
    return Math.max(1, Math.min(limit, closingNanosLeft));
  }

  /** Notes that spans were settled, whatever their outcome. */
  void settled() {
    failing = false;
    timeouts = 0;
    throwsInARow = 0;
    backoff.reset();
  }

  /** Notes a failed attempt; returns false if the batch has been retried for too long. */
  boolean allowsRetry(SendOutcome.Unavailable outcome, long nowNanos) {
    timeouts = outcome.timedOut() ? timeouts + 1 : 0;
    if (!failing) {
      failing = true;
      failingSinceNanos = nowNanos;
    }
    return nowNanos - failingSinceNanos < maxRetryNanos;
  }

  long backoffNanos(SendOutcome.Unavailable outcome, boolean closing) {
    return backoff.nextNanos(outcome, closing);
  }

  /** Notes that the sender threw for one span; returns whether the span must be rejected. */
  public boolean throwsTooOften() {
    return maxRetryNanos == 0 || ++throwsInARow >= MAX_THROWS;
  }
}
