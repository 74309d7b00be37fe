/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of a setting that is set.
 *
 * @param property the name of the setting
 * @param value the text, trimmed
 * @param source where it is set, for messages
 * @param entries the entries of a list in the code, or null if the text has to be split
 */
public record SettingValue(
    String property, String value, String source, @Nullable List<String> entries) {
  public SettingValue(String property, String value, String source) {
    this(property, value, source, null);
  }

  SettingValue withEntries(List<String> list) {
    return new SettingValue(property, value, source, list);
  }

  /** Returns an exception that names the setting, the rule, the value, its source and the fix. */
  public IllegalArgumentException error(String rule, String fix) {
    return new IllegalArgumentException(
        property + " " + rule + ", was '" + shown() + "' (from " + source + "); " + fix);
  }

  /** Returns the value with its secrets hidden, as one line. */
  String shown() {
    return Secrets.hide(property, value);
  }
}
