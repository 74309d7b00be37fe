/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
  private static Settings code(String name, String value) {
    return Settings.of(Map.of(), Map.of(), Map.of(name, value));
  }

  @Test
  void find_systemPropertyThenEnvironmentThenCode() {
    Map<String, String> property = Map.of("a.b-c", "1");
    Map<String, String> variable = Map.of("A_B_C", "2");
    Map<String, String> code = Map.of("a.b-c", "3");

    assertThat(Settings.of(property, variable, code).text("a.b-c")).isEqualTo("1");
    assertThat(Settings.of(Map.of(), variable, code).text("a.b-c")).isEqualTo("2");
    assertThat(Settings.of(Map.of(), Map.of(), code).text("a.b-c")).isEqualTo("3");
    assertThat(Settings.of(Map.of(), Map.of(), Map.of()).text("a.b-c")).isNull();
  }

  @Test
  void find_blank_countsAsNotSet() {
    assertThat(Settings.of(Map.of("a", " "), Map.of("A", "2"), Map.of()).text("a")).isEqualTo("2");
  }

  @Test
  void integer_notANumber_namesSettingRuleValueSourceAndDefault() {
    Settings settings = Settings.of(Map.of(), Map.of("A_PORT", "x1"), Map.of());

    assertThatThrownBy(() -> settings.integer("a.port", 80, 0, 65_535))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a.port must be a whole number from 0 to 65535, was 'x1' (from environment variable"
                + " A_PORT); the default is 80");
  }

  @Test
  void integer_outOfRange_throws() {
    assertThatThrownBy(() -> code("a", "65536").integer("a", 80, 0, 65_535))
        .hasMessage(
            "a must be a whole number from 0 to 65535, was '65536' (from code); the default is 80");
  }

  @Test
  void isOn_readsTrueAndFalseInAnyCase() {
    assertThat(code("a", "TRUE").isOn("a", false)).isTrue();
    assertThat(code("a", "false").isOn("a", true)).isFalse();
    assertThat(code("b", "x").isOn("a", true)).isTrue();
    assertThatThrownBy(() -> code("a", "yes").isOn("a", true))
        .hasMessage("a must be true or false, was 'yes' (from code); the default is true");
  }

  @Test
  void duration_readsUnits() {
    assertThat(code("a", "250").duration("a", Duration.ZERO)).isEqualTo(Duration.ofMillis(250));
    assertThat(code("a", "5s").duration("a", Duration.ZERO)).isEqualTo(Duration.ofSeconds(5));
    assertThat(code("a", "2 m").duration("a", Duration.ZERO)).isEqualTo(Duration.ofMinutes(2));
    assertThatThrownBy(() -> code("a", "-1").duration("a", Duration.ofSeconds(5)))
        .hasMessage(
            "a must be a number of milliseconds, or one with the unit ms, s, m or h, was '-1' (from"
                + " code); for example 5000");
  }

  @Test
  void list_trimsAndLeavesOutEmptyEntries() {
    assertThat(code("a", " x, ,y,").list("a", List.of())).containsExactly("x", "y");
  }
}
