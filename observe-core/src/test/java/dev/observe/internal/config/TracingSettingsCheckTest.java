/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TracingSettingsCheckTest {
  private static void check(Map<String, String> environment) {
    Settings.of(Map.of(), environment, Map.of()).checkTracing();
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:4318", "http://", "ftp://host", "not a url", "http:///path"})
  void checkTracing_badEndpoint_namesRuleAndExample(String endpoint) {
    assertThatThrownBy(() -> check(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "otel.exporter.otlp.endpoint must be an http:// or https:// URL with a host, was '"
                + endpoint
                + "' (from environment variable OTEL_EXPORTER_OTLP_ENDPOINT); for example"
                + " http://localhost:4318");
  }

  @Test
  void checkTracing_endpointWithSecrets_hidesThem() {
    assertThatThrownBy(
            () ->
                check(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://me:s3cret@host/a?key=s3cret")))
        .hasMessage(
            "otel.exporter.otlp.endpoint must not have a query or a fragment, was"
                + " 'http://***@host/a?***' (from environment variable"
                + " OTEL_EXPORTER_OTLP_ENDPOINT); credentials belong in"
                + " otel.exporter.otlp.headers");
    assertThatThrownBy(() -> check(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://me:s3cret@host")))
        .hasMessageContaining("was 'ftp://***@host'");
  }

  @ParameterizedTest
  @CsvSource({"2.0", "-0.1", "half", "NaN"})
  void checkTracing_badRatio_namesTheRule(String ratio) {
    Map<String, String> environment =
        Map.of("OTEL_TRACES_SAMPLER", "traceidratio", "OTEL_TRACES_SAMPLER_ARG", ratio);

    assertThatThrownBy(() -> check(environment))
        .hasMessage(
            "otel.traces.sampler.arg must be a number from 0 to 1 for the sampler traceidratio, was"
                + " '"
                + ratio
                + "' (from environment variable OTEL_TRACES_SAMPLER_ARG); 0.1 keeps one trace in"
                + " ten");
  }

  @Test
  void checkTracing_unknownSampler_listsTheKnown() {
    assertThatThrownBy(() -> check(Map.of("OTEL_TRACES_SAMPLER", "sometimes")))
        .hasMessage(
            "otel.traces.sampler must be one of always_on, always_off, traceidratio,"
                + " parentbased_always_on, parentbased_always_off, parentbased_traceidratio, was"
                + " 'sometimes' (from environment variable OTEL_TRACES_SAMPLER); the default is"
                + " parentbased_always_on; a sampler of another name needs its jar");
  }

  @Test
  void checkTracing_unknownProtocol_listsTheKnown() {
    assertThatThrownBy(() -> check(Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")))
        .hasMessage(
            "otel.exporter.otlp.protocol must be one of http/protobuf, grpc, was 'http/json' (from"
                + " environment variable OTEL_EXPORTER_OTLP_PROTOCOL); the default is"
                + " http/protobuf");
  }

  @Test
  void checkTracing_badHeaders_hidesTheValue() {
    assertThatThrownBy(() -> check(Map.of("OTEL_EXPORTER_OTLP_HEADERS", "Bearer s3cret")))
        .hasMessage(
            "otel.exporter.otlp.headers must be a list of name=value pairs with commas between them"
                + " (from environment variable OTEL_EXPORTER_OTLP_HEADERS); for example"
                + " authorization=Bearer%20abc");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OTEL_EXPORTER_OTLP_COMPRESSION|br|must be one of none, gzip|the default is none",
        "OTEL_EXPORTER_OTLP_TIMEOUT|soon|must be a number of milliseconds, or one with the unit ms,"
            + " s, m or h|for example 10000",
        "OTEL_BSP_SCHEDULE_DELAY|-5|must be a number of milliseconds, or one with the unit ms, s, m"
            + " or h|for example 5000",
        "OTEL_BSP_MAX_QUEUE_SIZE|many|must be a whole number from 1 to 2147483647|the default is"
            + " 65536",
        "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE|/nowhere/ca.pem|must be a PEM file that can be"
            + " read|name an existing file, best by its full path"
      })
  void checkTracing_badValue_namesRuleAndFix(
      String variable, String value, String rule, String fix) {
    String property = variable.toLowerCase(Locale.ROOT).replace('_', '.');

    assertThatThrownBy(() -> check(Map.of(variable, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            property
                + " "
                + rule
                + ", was '"
                + value
                + "' (from environment variable "
                + variable
                + "); "
                + fix);
  }

  @Test
  void checkTracing_validSettings_passes() {
    assertThatCode(
            () ->
                check(
                    Map.of(
                        "OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example/otlp",
                        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://[::1]:4318/v1/traces",
                        "OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                        "OTEL_TRACES_SAMPLER", "parentbased_traceidratio",
                        "OTEL_TRACES_SAMPLER_ARG", "0.25",
                        "OTEL_EXPORTER_OTLP_HEADERS", "a=1,b=2",
                        "OBSERVE_TRACES_PROCESSOR", "simple")))
        .doesNotThrowAnyException();
  }
}
