/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import java.time.Duration;
import java.util.concurrent.Callable;
import kotlin.internal.LowPriorityInOverloadResolution;
import org.jspecify.annotations.Nullable;

/**
 * Measures how long the application's work takes, as a histogram in seconds.
 *
 * <pre>{@code
 * Timer checkout = metrics.timer("checkout");
 * Receipt receipt = checkout.time(() -> pay(cart));
 * }</pre>
 *
 * <p>{@link Metrics#timer} returns instances; applications do not implement this. All methods may
 * be called by any thread.
 *
 * @since 0.1
 */
public interface Timer {
  /**
   * Runs the work and records its duration, also when it throws.
   *
   * @param work runs on this thread; its exceptions pass through
   * @throws E if the work throws it
   */
  @LowPriorityInOverloadResolution
  <E extends Exception> void time(ThrowingRunnable<E> work) throws E;

  /**
   * Runs the work, records its duration, also when it throws, and returns its result.
   *
   * @param work runs on this thread; its exceptions pass through
   * @throws E if the work throws it
   */
  @LowPriorityInOverloadResolution
  <T extends @Nullable Object, E extends Exception> T time(ThrowingSupplier<T, E> work) throws E;

  /**
   * Runs the work like {@link #time(ThrowingSupplier)}. The lambdas of Java use that method, those
   * of Kotlin this one.
   *
   * @param work runs on this thread; its exceptions pass through
   * @throws Exception if the work throws it
   */
  <T extends @Nullable Object> T time(Callable<T> work) throws Exception;

  /**
   * Records a duration that was measured elsewhere.
   *
   * @param duration of any length; a negative one counts as zero
   */
  void record(Duration duration);
}
