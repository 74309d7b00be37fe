/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
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
   * Reads the patterns of one signal in addition to those of both signals.
   *
   * @throws IllegalArgumentException if a pattern is not valid
   */
  static RequestSelection from(
      Settings settings, Setting<List<String>> include, Setting<List<String>> exclude) {
    return new RequestSelection(
        patterns(settings, Setting.INCLUDE, include), patterns(settings, Setting.EXCLUDE, exclude));
  }

  private static List<PathPattern> patterns(
      Settings settings, Setting<List<String>> both, Setting<List<String>> one) {
    List<PathPattern> patterns = new ArrayList<>();
    for (Setting<List<String>> property : List.of(both, one)) {
      for (String pattern : settings.get(property)) {
        try {
          patterns.add(PathPattern.parse(pattern));
        } catch (IllegalArgumentException e) {
          SettingValue setting = settings.find(property);
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
