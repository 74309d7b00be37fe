/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.support;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.examples.testing.SystemProperties;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CollectorTest {
  @Test
  void name_nothingSet_isEmpty() {
    assertThat(Collector.isNamed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OTEL_TRACES_EXPORTER",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
      })
  void name_systemPropertySet_isNamed(String setting) {
    String property = setting.toLowerCase(Locale.ROOT).replace('_', '.');
    try (SystemProperties properties = SystemProperties.set(Map.of(property, "value"))) {
      assertThat(Collector.name()).hasValue(setting + "=value");
    }
  }

  @Test
  void name_blank_isEmpty() {
    try (SystemProperties properties = SystemProperties.set(Map.of("otel.traces.exporter", " "))) {
      assertThat(Collector.isNamed()).isFalse();
    }
  }
}
