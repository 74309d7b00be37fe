/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Work with a result that may throw a checked exception.
 *
 * @param <T> the type of the result
 * @param <E> the type of the exception
 * @since 0.1
 */
@FunctionalInterface
public interface ThrowingSupplier<T extends @Nullable Object, E extends Exception>
    extends Callable<T> {
  /**
   * Runs the work and returns the result.
   *
   * @throws E if it fails
   */
  T get() throws E;

  /** Calls {@link #get}. */
  @Override
  default T call() throws E {
    return get();
  }
}
