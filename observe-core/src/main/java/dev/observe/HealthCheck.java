/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

/**
 * Finds out whether something works: it does when this returns, it does not when this throws.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface HealthCheck {
  /**
   * Checks, on a thread of its own that is interrupted when the time is up.
   *
   * @throws Exception if what is checked does not work; the log tells why, the page does not
   */
  void check() throws Exception;
}
