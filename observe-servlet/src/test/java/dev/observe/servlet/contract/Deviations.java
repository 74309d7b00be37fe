/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

/** Where a container leaves no way to the truth. */
final class Deviations {
  private Deviations() {}

  /** Returns why a deviation is accepted here, or the empty string where none is. */
  static String reason(Site site, Scenario scenario) {
    return "";
  }
}
