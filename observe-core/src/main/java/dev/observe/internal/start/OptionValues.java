/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import java.util.Map;

/** Adds values of builder options to settings that are lists. */
public final class OptionValues {
  private OptionValues() {}

  /**
   * Adds values to a setting.
   *
   * @param option the name of the parameter, for the message
   * @throws IllegalArgumentException if a value is blank or contains a comma, which separates the
   *     values of a setting
   */
  public static void add(
      Map<String, String> properties, String property, String option, String... values) {
    for (String value : values) {
      if (value.isBlank() || value.indexOf(',') >= 0) {
        throw new IllegalArgumentException(
            option
                + " must not be blank nor contain a comma, was '"
                + value
                + "'; pass each value as its own argument");
      }
    }
    for (String value : values) {
      properties.merge(property, value, (before, added) -> before + ',' + added);
    }
  }
}
