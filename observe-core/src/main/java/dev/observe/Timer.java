/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.instrument.TimerHistogram;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long work of the application's own takes, as a histogram in seconds.
 *
 * <p>From {@link Metrics#timer}. Safe for use by any number of threads.
 *
 * @since 0.1
 */
public final class Timer {
  private final TimerHistogram histogram;
  private final LongSupplier nanoClock;

  /** Made by {@link Metrics#timer}. */
  public Timer(TimerHistogram histogram, LongSupplier nanoClock) {
    this.histogram = histogram;
    this.nanoClock = nanoClock;
  }

  /**
   * Does the work and records how long it took, whether it ends or fails.
   *
   * @param work done on this thread; what it throws passes through
   * @throws E if the work does
   */
  public <E extends Exception> void time(ThrowingRunnable<E> work) throws E {
    long start = nanoClock.getAsLong();
    try {
      work.run();
    } finally {
      observe(nanoClock.getAsLong() - start);
    }
  }

  /**
   * Does the work, records how long it took, whether it ends or fails, and returns its result.
   *
   * @param work done on this thread; what it throws passes through
   * @throws E if the work does
   */
  public <T extends @Nullable Object, E extends Exception> T time(ThrowingSupplier<T, E> work)
      throws E {
    long start = nanoClock.getAsLong();
    try {
      return work.get();
    } finally {
      observe(nanoClock.getAsLong() - start);
    }
  }

  /** Records a duration measured elsewhere; a negative one counts as zero. */
  public void record(Duration duration) {
    histogram.observe(Math.max(0, duration.getSeconds() + duration.getNano() / 1e9));
  }

  private void observe(long nanos) {
    histogram.observe(Math.max(0, nanos) / (double) TimeUnit.SECONDS.toNanos(1));
  }
}
