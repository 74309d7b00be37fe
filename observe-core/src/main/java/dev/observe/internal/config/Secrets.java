/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Hides credentials in the values of settings. */
final class Secrets {
  private static final String HIDDEN = "***";

  /** Parts of the names of secrets among the settings that the table does not list. */
  private static final List<String> SECRET_NAMES =
      List.of(
          "password", "passwd", "secret", "token", "credential", "api-key", "api.key", "apikey");

  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/?#]*@");
  private static final Pattern QUERY = Pattern.compile("[?#].*");

  private Secrets() {}

  /** Returns the value with its secrets hidden, as one line. */
  static String hide(String property, String value) {
    String name = property.toLowerCase(Locale.ROOT);
    String line = value.replaceAll("[\\p{Cntrl}\u2028\u2029]", " ");
    if (name.endsWith(".headers")) {
      return pairs(line);
    }
    Setting<?> known = Setting.named(name);
    if (known != null ? known.isSecret() : SECRET_NAMES.stream().anyMatch(name::contains)) {
      return HIDDEN;
    }
    if (!line.contains("://")) {
      return line;
    }
    return QUERY.matcher(USER_INFO.matcher(line).replaceAll(HIDDEN + "@")).replaceAll("?" + HIDDEN);
  }

  /** Hides a pair without an equals sign completely: it may be a value without its name. */
  private static String pairs(String value) {
    StringBuilder shown = new StringBuilder();
    for (String pair : value.split(",", -1)) {
      shown.append(shown.length() == 0 ? "" : ",");
      shown.append(pair.strip(), 0, Math.max(0, pair.strip().indexOf('=') + 1)).append(HIDDEN);
    }
    return shown.toString();
  }
}
