/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import java.util.Locale;

/** Converts the names of settings. */
public final class SettingNames {
  private SettingNames() {}

  /** Returns the environment variable of a property, such as {@code OTEL_SERVICE_NAME}. */
  public static String environmentName(String property) {
    return property.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }
}
