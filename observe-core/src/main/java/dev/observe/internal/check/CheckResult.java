/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import dev.observe.CollectorCheck;

/** The result of a check as values. */
record CheckResult(Finding finding, String message) implements CollectorCheck {
  @Override
  public String toString() {
    return finding + ": " + message;
  }
}
