/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.testing;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** System properties that are set for the duration of a test. */
public final class SystemProperties implements AutoCloseable {
  private final Map<String, @Nullable String> before = new HashMap<>();

  private SystemProperties(Map<String, String> properties) {
    properties.forEach((name, value) -> before.put(name, System.setProperty(name, value)));
  }

  /** Sets properties until {@link #close()}. */
  public static SystemProperties set(Map<String, String> properties) {
    return new SystemProperties(properties);
  }

  @Override
  public void close() {
    before.forEach(
        (name, value) -> {
          if (value == null) {
            System.clearProperty(name);
          } else {
            System.setProperty(name, value);
          }
        });
  }
}
