/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.internal.util.Timeouts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final String PORT = Setting.ENDPOINT_PORT.name();
  private static final String PORT_VARIABLE = "OTEL_EXPORTER_PROMETHEUS_PORT";

  private static Settings code(Setting<?> setting, String value) {
    return Settings.of(Map.of(), Map.of(), Map.of(setting.name(), value));
  }

  private static Duration delay(String value) {
    return code(Setting.SCHEDULE_DELAY, value).get(Setting.SCHEDULE_DELAY);
  }

  /** The order that docs/settings.md promises. */
  @Test
  void find_severalSources_systemPropertyThenEnvironmentThenCodeThenFileThenDefault(
      @TempDir Path folder) throws IOException {
    Path written = Files.writeString(folder.resolve("observe.properties"), PORT + "=4");
    Map<String, String> file = Map.of(Setting.CONFIG_FILE.name(), written.toString());
    Map<String, String> property = Map.of(PORT, "1", Setting.CONFIG_FILE.name(), "" + written);
    Map<String, String> variable = Map.of(PORT_VARIABLE, "2");
    Map<String, String> code = Map.of(PORT, "3");

    assertThat(Settings.of(property, variable, code).get(Setting.ENDPOINT_PORT)).isEqualTo(1);
    assertThat(Settings.of(file, variable, code).get(Setting.ENDPOINT_PORT)).isEqualTo(2);
    assertThat(Settings.of(file, Map.of(), code).get(Setting.ENDPOINT_PORT)).isEqualTo(3);
    assertThat(Settings.of(file, Map.of(), Map.of()).get(Setting.ENDPOINT_PORT)).isEqualTo(4);
    assertThat(Settings.of(Map.of(), Map.of(), Map.of()).get(Setting.ENDPOINT_PORT))
        .isEqualTo(2112);
  }

  @Test
  void find_ofThisProcess_seesItsPropertiesAndItsEnvironment() {
    System.setProperty("test.of.settings", "set");
    try {
      Settings settings = Settings.of(Map.of());

      assertThat(settings.find("test.of.settings")).isNotNull().returns("set", SettingValue::value);
      assertThat(settings.systemPropertyNames("test.of.")).containsExactly("test.of.settings");
      assertThat(settings.find("path"))
          .isNotNull()
          .returns(System.getenv("PATH"), SettingValue::value);
      assertThat(settings.environmentNames("PATH")).contains("PATH");
    } finally {
      System.clearProperty("test.of.settings");
    }
  }

  @Test
  void find_nameWithDashes_readsTheVariableWithUnderscores() {
    Map<String, String> variable = Map.of("OBSERVE_TRACES_MAX_QUEUE_BYTES", "70000");

    assertThat(Settings.of(Map.of(), variable, Map.of()).get(Setting.MAX_QUEUE_BYTES))
        .isEqualTo(70_000);
  }

  @Test
  void find_blank_countsAsNotSet() {
    assertThat(
            Settings.of(Map.of(PORT, " "), Map.of(PORT_VARIABLE, "2"), Map.of())
                .get(Setting.ENDPOINT_PORT))
        .isEqualTo(2);
    assertThat(code(Setting.SPOOL_DIRECTORY, " ").text(Setting.SPOOL_DIRECTORY)).isNull();
  }

  @Test
  void get_notANumber_namesSettingRuleValueSourceAndDefault() {
    Settings settings = Settings.of(Map.of(), Map.of(PORT_VARIABLE, "x1"), Map.of());

    assertThatThrownBy(() -> settings.get(Setting.ENDPOINT_PORT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "otel.exporter.prometheus.port must be a whole number from 0 to 65535, was 'x1' (from"
                + " environment variable OTEL_EXPORTER_PROMETHEUS_PORT); the default is 2112");
  }

  @Test
  void get_numberOutOfRange_throws() {
    assertThatThrownBy(() -> code(Setting.ENDPOINT_PORT, "65536").get(Setting.ENDPOINT_PORT))
        .hasMessage(
            "otel.exporter.prometheus.port must be a whole number from 0 to 65535, was '65536'"
                + " (from code); the default is 2112");
  }

  @Test
  void get_flag_readsTrueAndFalseInAnyCase() {
    assertThat(code(Setting.SDK_DISABLED, "TRUE").get(Setting.SDK_DISABLED)).isTrue();
    assertThat(code(Setting.MDC, "false").get(Setting.MDC)).isFalse();
    assertThat(Settings.none().get(Setting.MDC)).isTrue();
    assertThatThrownBy(() -> code(Setting.MDC, "yes").get(Setting.MDC))
        .hasMessage(
            "observe.mdc must be true or false, was 'yes' (from code); the default is true");
  }

  @Test
  void get_duration_readsUnits() {
    assertThat(delay("250")).isEqualTo(Duration.ofMillis(250));
    assertThat(delay("5s")).isEqualTo(Duration.ofSeconds(5));
    assertThat(delay("2 m")).isEqualTo(Duration.ofMinutes(2));
    assertThat(delay("3h")).isEqualTo(Duration.ofHours(3));
    assertThatThrownBy(() -> delay("-1"))
        .hasMessage(
            "otel.bsp.schedule.delay must be a number of milliseconds, or one with the unit ms, s,"
                + " m or h, was '-1' (from code); for example 5000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "s", "m", "h"})
  void get_longestDuration_doesNotOverflow(String unit) {
    Duration longest = delay(Long.MAX_VALUE + unit);

    assertThat(longest)
        .isBetween(Duration.ofMillis(Long.MAX_VALUE), ChronoUnit.FOREVER.getDuration());
    assertThat(Timeouts.nanos(longest)).isPositive();
  }

  @Test
  void get_list_trimsAndIgnoresEmptyEntries() {
    assertThat(code(Setting.EXCLUDE, " x, ,y,").get(Setting.EXCLUDE)).containsExactly("x", "y");
    assertThat(Settings.none().get(Setting.EXCLUDE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "otel.exporter.prometheus.host|no.such.host.invalid|must be a name or an address of"
            + " this machine, without brackets|the default is 127.0.0.1; 0.0.0.0 means all",
        "observe.metrics.histograms|wide|must be one of classic, native, both|the default is"
            + " classic",
        "observe.spool.max.bytes|1|must be a whole number from 1048576 to 9223372036854775807|the"
            + " default is 268435456"
      })
  void get_badValue_namesRuleAndFix(String name, String value, String rule, String fix) {
    Settings settings = Settings.of(Map.of(), Map.of(), Map.of(name, value));
    Setting<?> setting = Setting.named(name);

    assertThat(setting).isNotNull();
    assertThatThrownBy(() -> settings.get(setting))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(name + " " + rule + ", was '" + value + "' (from code); " + fix);
  }

  @Test
  void withCode_replacesTheCodeOnly() {
    Settings settings =
        Settings.of(Map.of(PORT, "1"), Map.of(), Map.of("observe.mdc", "false"))
            .withCode(Map.of(PORT, "3", "observe.http.exclude", "/a"));

    assertThat(settings.get(Setting.ENDPOINT_PORT)).isEqualTo(1);
    assertThat(settings.get(Setting.MDC)).isTrue();
    assertThat(settings.get(Setting.EXCLUDE)).containsExactly("/a");
  }

  @Test
  void forSdk_hasOurDefaultsUnderTheCode() {
    assertThat(Settings.none().forSdk())
        .isEqualTo(
            Map.of(
                "otel.exporter.otlp.protocol", "http/protobuf",
                "otel.attribute.value.length.limit", "1024",
                "otel.span.attribute.count.limit", "64"));
    assertThat(code(Setting.OTLP_PROTOCOL, "grpc").forSdk())
        .containsEntry("otel.exporter.otlp.protocol", "grpc");
  }
}
