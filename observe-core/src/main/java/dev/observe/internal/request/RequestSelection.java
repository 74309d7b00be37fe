/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.config.Settings;
import dev.observe.internal.config.Settings.Setting;
import java.util.ArrayList;
import java.util.List;

/** Selects the requests to measure by their path within the application. */
final class RequestSelection {
  private final List<PathPattern> include;
  private final List<PathPattern> exclude;
  private final boolean all;

  private RequestSelection(List<PathPattern> include, List<PathPattern> exclude) {
    this.include = List.copyOf(include);
    this.exclude = List.copyOf(exclude);
    this.all = include.isEmpty() && exclude.isEmpty();
  }

  /**
   * Reads the patterns for a signal, {@code traces} or {@code metrics}, and those for both.
   *
   * @throws IllegalArgumentException if a pattern is not valid
   */
  static RequestSelection from(Settings settings, String signal) {
    return new RequestSelection(
        patterns(settings, "observe.http.include", "observe.http." + signal + ".include"),
        patterns(settings, "observe.http.exclude", "observe.http." + signal + ".exclude"));
  }

  private static List<PathPattern> patterns(Settings settings, String... properties) {
    List<PathPattern> patterns = new ArrayList<>();
    for (String property : properties) {
      for (String pattern : settings.list(property, List.of())) {
        try {
          patterns.add(PathPattern.parse(pattern));
        } catch (IllegalArgumentException e) {
          Setting setting = settings.find(property);
          throw setting == null
              ? e
              : setting.error(
                  "must be path patterns that begin with / or *", "for example /static/*, *.css");
        }
      }
    }
    return patterns;
  }

  /** Returns whether every request is selected, without a look at its path. */
  boolean selectsAll() {
    return all;
  }

  boolean selects(String path) {
    for (PathPattern pattern : exclude) {
      if (pattern.matches(path)) {
        return false;
      }
    }
    if (include.isEmpty()) {
      return true;
    }
    for (PathPattern pattern : include) {
      if (pattern.matches(path)) {
        return true;
      }
    }
    return false;
  }
}
