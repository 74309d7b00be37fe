/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

/**
 * Work without a result.
 *
 * @param <E> what it may throw
 * @since 0.1
 */
@FunctionalInterface
public interface ThrowingRunnable<E extends Exception> {
  /**
   * Does the work.
   *
   * @throws E if it fails
   */
  void run() throws E;
}
