/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import org.jspecify.annotations.Nullable;

/**
 * One row of the table of settings: name, type, default and documentation.
 *
 * @param <T> the type of the value
 */
abstract class SettingRow<T> {
  final Section section;
  final SettingType<T> type;
  private final String name;

  // Set while the table is built, and not changed afterwards.
  String documentedDefault = "";
  boolean defaultIsValue;
  boolean secret;
  boolean overridesSdk;
  @Nullable String shortKey;

  /** A sentence in Markdown. */
  String documentation = "";

  SettingRow(Section section, String name, SettingType<T> type) {
    this.section = section;
    this.name = name;
    this.type = type;
  }

  /** Returns the property name; the name of the environment variable follows from it. */
  public String name() {
    return name;
  }

  /** Returns the default as Markdown; empty if there is none. */
  String documentedDefault() {
    return documentedDefault;
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
