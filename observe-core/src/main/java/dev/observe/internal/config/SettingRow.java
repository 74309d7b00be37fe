/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import dev.observe.internal.util.SettingNames;
import org.jspecify.annotations.Nullable;

/** A row of the table of settings. */
abstract class SettingRow<T> {
  final Section section;
  final String name;
  final SettingType<T> type;

  // The table sets these while it is built, and nothing changes them afterwards.
  String documentedDefault = "";
  boolean defaultIsValue;
  boolean secret;
  boolean overridesSdk;
  @Nullable String shortKey;
  String documentation = "";

  SettingRow(Section section, String name, SettingType<T> type) {
    this.section = section;
    this.name = name;
    this.type = type;
  }

  /** Returns the environment variable. */
  String variable() {
    return SettingNames.environmentName(name);
  }

  Section section() {
    return section;
  }

  /** Returns the default as Markdown; empty if there is none. */
  String documentedDefault() {
    return documentedDefault;
  }

  /** Returns the sentence that documents the setting, as Markdown. */
  String documentation() {
    return documentation;
  }

  boolean isSecret() {
    return secret;
  }

  /** Returns whether the default replaces one of the OpenTelemetry SDK. */
  boolean overridesSdk() {
    return overridesSdk;
  }

  /** Returns the short name of the setting in a file, or null if it has none. */
  @Nullable String shortKey() {
    return shortKey;
  }

  /** Returns the default, or null if there is none that can be written as text. */
  @Nullable String defaultText() {
    return defaultIsValue ? documentedDefault : null;
  }

  /**
   * Returns the value of a text.
   *
   * @throws IllegalArgumentException if the text breaks the rule of the type
   */
  T parse(SettingValue text) {
    return type.parse(text, documentedDefault);
  }
}
