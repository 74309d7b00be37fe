/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;

/** How long one worker tries, waits and holds on while the other end fails. Used by one thread. */
public final class RetryPolicy {
  public static final long PAUSE_AFTER_ERROR_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private static final long MIN_ATTEMPT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MAX_THROWS = 3;

  /*
   * After a time-out, attempts get half the limit, so that a collector that comes back is noticed
   * while a request sent to its dead connection still hangs. One in so many gets the full limit, for
   * a collector that is only slow: it would otherwise never answer again.
   */
  private static final int FULL_LIMIT_EVERY = 13;

  private final long timeoutNanos;
  private final long maxRetryNanos;
  private final Backoff backoff;
  private int timeouts;
  private int throwsInARow;
  private boolean failing;
  private long failingSinceNanos;

  public RetryPolicy(long timeoutNanos, long maxRetryNanos, DoubleSupplier random) {
    this.timeoutNanos = timeoutNanos;
    this.maxRetryNanos = maxRetryNanos;
    this.backoff = new Backoff(random);
  }

  /** Returns how long the next attempt may take. */
  public long attemptNanos(long closingNanosLeft) {
    long limit = timeoutNanos;
    if (timeouts % FULL_LIMIT_EVERY != 0) {
      limit = Math.min(limit, Math.max(MIN_ATTEMPT_NANOS, limit / 2));
    }
    return Math.max(1, Math.min(limit, closingNanosLeft));
  }

  /** Notes that spans were settled, one way or another. */
  public void settled() {
    failing = false;
    timeouts = 0;
    throwsInARow = 0;
    backoff.reset();
  }

  /** Notes that a batch was not taken; returns false when it has been offered for long enough. */
  public boolean goesOn(SendOutcome.Unavailable outcome, long nowNanos) {
    timeouts = outcome.timedOut() ? timeouts + 1 : 0;
    if (!failing) {
      failing = true;
      failingSinceNanos = nowNanos;
    }
    return nowNanos - failingSinceNanos < maxRetryNanos;
  }

  public long waitNanos(SendOutcome.Unavailable outcome, boolean closing) {
    return backoff.nextNanos(outcome, closing);
  }

  /** Notes that the exporter threw at what cannot be split; returns whether that was too often. */
  public boolean throwsTooOften() {
    return ++throwsInARow >= MAX_THROWS;
  }
}
