/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import org.jspecify.annotations.Nullable;

/**
 * Work with a result.
 *
 * @param <T> the result
 * @param <E> what it may throw
 * @since 0.1
 */
@FunctionalInterface
public interface ThrowingSupplier<T extends @Nullable Object, E extends Exception> {
  /**
   * Does the work.
   *
   * @throws E if it fails
   */
  T get() throws E;
}
