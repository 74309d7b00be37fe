/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import org.jspecify.annotations.Nullable;

/**
 * Work with a result that may throw a checked exception.
 *
 * @param <T> the type of the result
 * @param <E> the type of the exception
 * @since 0.1
 */
@FunctionalInterface
public interface ThrowingSupplier<T extends @Nullable Object, E extends Exception> {
  /**
   * Runs the work and returns the result.
   *
   * @throws E if it fails
   */
  T get() throws E;
}
