/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether somebody has said, by a standard setting, where traces go. */
final class Collector {
  private static final List<String> SETTINGS =
      List.of(
          "OTEL_TRACES_EXPORTER",
          "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
          "OTEL_EXPORTER_OTLP_ENDPOINT");

  private Collector() {}

  static boolean isNamed() {
    return name().isPresent();
  }

  /** The setting that says it, as {@code NAME=value}. */
  static Optional<String> name() {
    return SETTINGS.stream()
        .flatMap(setting -> value(setting).map(value -> setting + "=" + value).stream())
        .findFirst();
  }

  private static Optional<String> value(String setting) {
    String property = System.getProperty(setting.toLowerCase(Locale.ROOT).replace('_', '.'));
    return Optional.ofNullable(property)
        .or(() -> Optional.ofNullable(System.getenv(setting)))
        .filter(value -> !value.isBlank());
  }
}
