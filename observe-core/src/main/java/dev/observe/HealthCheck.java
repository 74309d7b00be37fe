/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

/**
 * Checks a part of the application: it is healthy if this returns, and not if this throws.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface HealthCheck {
  /**
   * Runs the check, on a separate thread that is interrupted after the timeout.
   *
   * @throws Exception if the part is not healthy; the exception is logged, and not on the page
   */
  void check() throws Exception;
}
