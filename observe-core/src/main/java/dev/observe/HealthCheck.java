/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

/**
 * A health check of an application: it passes if it returns, and fails if it throws.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface HealthCheck {
  /**
   * Runs the check, on a separate thread that is interrupted at the timeout.
   *
   * @throws Exception if the check fails; the log shows the exception, the page does not
   */
  void check() throws Exception;
}
