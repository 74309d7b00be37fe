/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.util.SettingNames;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectiveSettingsTest {
  private static List<String> lines(
      Map<String, String> systemProperties, Map<String, String> environment) {
    return EffectiveSettings.lines(
        Settings.of(systemProperties, environment, Map.of("otel.service.name", "shop")));
  }

  /** Returns the line of one setting, without the spaces that align it. */
  private static String line(List<String> lines, String name) {
    List<String> found = lines.stream().filter(line -> line.startsWith(name + " ")).toList();
    assertThat(found).as(name).hasSize(1);
    return found.get(0).replaceAll(" +", " ");
  }

  @Test
  void lines_settingThatIsSet_hasValueAndSource() {
    List<String> lines =
        lines(
            Map.of("otel.exporter.prometheus.port", "9464"),
            Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"));

    assertThat(line(lines, "otel.exporter.prometheus.port"))
        .isEqualTo(
            "otel.exporter.prometheus.port = 9464"
                + " (from system property otel.exporter.prometheus.port)");
    assertThat(line(lines, "otel.exporter.otlp.endpoint"))
        .isEqualTo(
            "otel.exporter.otlp.endpoint = http://collector:4318"
                + " (from environment variable OTEL_EXPORTER_OTLP_ENDPOINT)");
    assertThat(line(lines, "otel.service.name")).isEqualTo("otel.service.name = shop (from code)");
    assertThat(line(lines, "otel.bsp.max.queue.size"))
        .isEqualTo("otel.bsp.max.queue.size = 65536 (default)");
    assertThat(line(lines, "otel.exporter.otlp.headers"))
        .isEqualTo("otel.exporter.otlp.headers = (default)");
  }

  @Test
  void lines_haveOneAlignedLineForEachSetting() {
    List<String> lines = lines(Map.of(), Map.of());

    assertThat(lines).hasSameSizeAs(Setting.all());
    assertThat(lines.stream().map(line -> line.indexOf(" = ")).distinct()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "otel.exporter.otlp.headers, 'authorization=Bearer%20abc,x-tenant=1',"
        + " 'authorization=***,x-tenant=***'",
    "otel.exporter.otlp.traces.headers, 'abc', '***'",
    "otel.exporter.otlp.endpoint, 'https://me:pw@host:4318/a', 'https://***@host:4318/a'",
    "otel.exporter.otlp.endpoint, 'https://host/a?key=s3cret', 'https://host/a?***'",
    "otel.exporter.other.metrics.headers, 'authorization=abc', 'authorization=***'",
    "otel.some.api-key, abc, ***",
    "otel.some.password, abc, ***",
    "otel.some.token, abc, ***",
    "observe.metrics.user, prometheus, prometheus",
    "observe.metrics.password, s3cret, ***",
    "observe.metrics.bearer-token, s3cret, ***",
    "observe.metrics.tls.key-store-password, s3cret, ***",
    "observe.metrics.tls.key, /etc/key.pem, /etc/key.pem",
    "otel.exporter.otlp.client.key, /etc/key.pem, /etc/key.pem"
  })
  void lines_hideSecrets(String name, String value, String shown) {
    assertThat(line(lines(Map.of(name, value), Map.of()), name))
        .isEqualTo(name + " = " + shown + " (from system property " + name + ")");
    String variable = SettingNames.environmentName(name);
    assertThat(lines(Map.of(), Map.of(variable, value)))
        .noneMatch(line -> line.contains("abc") || line.contains("s3cret") || line.contains("pw@"))
        .anyMatch(line -> line.contains(" = " + shown + " (from environment variable"));
  }

  @Test
  void lines_valueWithALineBreak_staysOnOneLine() {
    List<String> lines = lines(Map.of("otel.traces.exporter", "none\nfine = true"), Map.of());

    assertThat(line(lines, "otel.traces.exporter")).contains("none fine = true (from");
  }

  @Test
  void lines_otherSettingsOfOpenTelemetry_areListedIfSet() {
    List<String> lines =
        lines(
            Map.of("otel.java.disabled.resource.providers", "x"),
            Map.of("OTEL_METRIC_EXPORT_INTERVAL", "1000", "OTEL_SPAN_BLANK", " "));

    assertThat(lines)
        .endsWith(
            "otel.java.disabled.resource.providers = x"
                + " (from system property otel.java.disabled.resource.providers)",
            "OTEL_METRIC_EXPORT_INTERVAL = 1000 (from environment variable)")
        .hasSize(Setting.all().size() + 2);
  }

  @Test
  void lines_unknownNames_haveTheNearestName() {
    List<String> lines =
        lines(
            Map.of("observe.http.exlude", "/a"),
            Map.of("OBSERVE_HTTP_REDACT_QUERY_KEYS", "s3cret", "OBSERVE_MDC", "false"));

    assertThat(lines)
        .endsWith(
            "Nothing reads the system property observe.http.exlude; is it observe.http.exclude?",
            "Nothing reads the environment variable OBSERVE_HTTP_REDACT_QUERY_KEYS;"
                + " is it OBSERVE_HTTP_REDACTED_QUERY_KEYS?")
        .hasSize(Setting.all().size() + 2);
    assertThat(Setting.named("observe.mdc")).isNotNull();
  }
}
