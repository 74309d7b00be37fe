/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** The sleep of a worker between attempts, which others may cut short. */
public final class WakeableSleep {
  private final LongSupplier nanoClock;
  private final BooleanSupplier over;
  private final Runnable onWake;
  private final AtomicInteger urgency = new AtomicInteger();
  private int served;

  /**
   * Creates the sleep of a worker.
   *
   * @param over whether there is nothing left to wait for
   * @param onWake what to do at each waking; it must clear an interrupt, or there is no sleep
   */
  public WakeableSleep(LongSupplier nanoClock, BooleanSupplier over, Runnable onWake) {
    this.nanoClock = nanoClock;
    this.over = over;
    this.onWake = onWake;
  }

  /** Cuts the sleep of {@code worker} short, the present one or the next. Any thread. */
  public void hurry(Thread worker) {
    urgency.incrementAndGet();
    LockSupport.unpark(worker);
  }

  /** Notes that an attempt begins: it serves those who were in a hurry until now. */
  public void attemptBegins() {
    served = urgency.get();
  }

  /** Sleeps until {@code untilNanos}, or to {@code notBeforeNanos} when somebody is in a hurry. */
  public void sleep(long untilNanos, long notBeforeNanos) {
    while (!over.getAsBoolean()) {
      long now = nanoClock.getAsLong();
      boolean hurried = urgency.get() != served && now - notBeforeNanos >= 0;
      if (hurried || now - untilNanos >= 0) {
        return;
      }
      LockSupport.parkNanos(this, untilNanos - now);
      onWake.run();
    }
  }
}
