/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One time series of the page.
 *
 * @param name on the page, such as {@code orders_total} or {@code checkout_seconds_count}
 * @param labels all labels
 */
record Sample(String name, Map<String, String> labels) {
  boolean has(Map<String, String> wanted) {
    return labels.entrySet().containsAll(wanted.entrySet());
  }

  /**
   * Returns labels from alternating names and values.
   *
   * @throws IllegalArgumentException if the last name has no value
   */
  static SortedMap<String, String> labels(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "labels must be alternating names and values, was "
              + String.join(", ", namesAndValues)
              + "; add the value of the last name");
    }
    SortedMap<String, String> labels = new TreeMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      labels.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return labels;
  }

  @Override
  public String toString() {
    return labels.isEmpty()
        ? name
        : name
            + labels.entrySet().stream()
                .map(label -> label.getKey() + "=\"" + label.getValue() + '"')
                .collect(Collectors.joining(",", "{", "}"));
  }
}
