/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** The sleep of a worker between attempts, which other threads can end. */
final class WakeableSleep {
  private final LongSupplier nanoClock;
  private final BooleanSupplier closed;
  private final Runnable afterWake;
  private final AtomicInteger wakes = new AtomicInteger();
  private int servedWakes;

  /**
   * Creates the sleep of a worker.
   *
   * @param closed ends every sleep when true
   * @param afterWake runs after each wake-up; must clear an interrupt, which would prevent parking
   */
  WakeableSleep(LongSupplier nanoClock, BooleanSupplier closed, Runnable afterWake) {
    this.nanoClock = nanoClock;
    this.closed = closed;
    this.afterWake = afterWake;
  }

  /** Ends the current or the next sleep of {@code worker}. Any thread. */
  void wake(Thread worker) {
    wakes.incrementAndGet();
    LockSupport.unpark(worker);
  }

  /** Notes that an attempt starts, which serves all wakes until now. */
  void attemptStarted() {
    servedWakes = wakes.get();
  }

  /** Sleeps until {@code untilNanos}, or after a wake until {@code notBeforeNanos}. */
  void sleep(long untilNanos, long notBeforeNanos) {
    while (!closed.getAsBoolean()) {
      long now = nanoClock.getAsLong();
      boolean woken = wakes.get() != servedWakes && now - notBeforeNanos >= 0;
      if (woken || now - untilNanos >= 0) {
        return;
      }
      LockSupport.parkNanos(this, untilNanos - now);
      afterWake.run();
    }
  }
}
