/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

/**
 * Work without a result that may throw a checked exception.
 *
 * @param <E> the type of the exception
 * @since 0.1
 */
@FunctionalInterface
public interface ThrowingRunnable<E extends Exception> {
  /**
   * Runs the work.
   *
   * @throws E if it fails
   */
  void run() throws E;
}
