/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.support;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Checks whether a standard setting names the destination of the traces. */
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

  /** Returns that setting as {@code NAME=value}; empty if none is set. */
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
