/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.config.EscapingScheme;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentNegotiationTest {
  private static final String PROTOBUF =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";

  private static ContentNegotiation of(boolean protobuf, String... headers) {
    return ContentNegotiation.of(Collections.enumeration(List.of(headers)), protobuf);
  }

  private static ContentNegotiation of(String... headers) {
    return of(true, headers);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|TEXT",
        "*/*|TEXT",
        "text/html|TEXT",
        "text/plain;version=0.0.4|TEXT",
        "application/openmetrics-text|OPENMETRICS",
        "Application/OpenMetrics-Text; Version=1.0.0|OPENMETRICS",
        "application/openmetrics-text;version=\"0.0.1\"|OPENMETRICS",
        "application/openmetrics-text;version=2.0.0|TEXT",
        "application/openmetrics-text;q=0,text/plain|TEXT",
        "application/openmetrics-text;q=0.2,text/plain;q=0.8|TEXT",
        "text/plain;q=0.2,application/openmetrics-text;q=0.8|OPENMETRICS",
        "application/openmetrics-text;q=rubbish|OPENMETRICS",
        "application/vnd.google.protobuf|TEXT",
        ";;;=,,;q=|TEXT",
      })
  void format_severalRanges_isTheFirstWithTheHighestQuality(String accept, PageFormat expected) {
    assertThat(of(accept).format()).isEqualTo(expected);
  }

  /** The header of Prometheus 3 with native histograms. */
  @Test
  void format_prometheusWithNativeHistograms_isProtobuf() {
    String accept =
        PROTOBUF
            + ";q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
            + "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;"
            + "escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";

    assertThat(of(accept).format()).isEqualTo(PageFormat.PROTOBUF);
    assertThat(of(accept.replace(PROTOBUF + ";q=0.6,", "")).escaping())
        .isEqualTo(Escaping.ALLOW_UTF8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|TEXT",
        ";q=0.6,application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3|OPENMETRICS",
        ";q=0.6,text/plain;q=0.5,application/openmetrics-text;q=0.4|TEXT"
      })
  void format_protobufWithoutItsJar_isTheNextAccepted(@Nullable String more, PageFormat expected) {
    assertThat(of(false, PROTOBUF + (more == null ? "" : more)).format()).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"underscores", "allow-utf-8", "dots", "values"})
  void escaping_everyName_isTheSchemeOfThePrometheusClient(String name) {
    String accept = "text/plain;escaping=" + name;

    assertThat(EscapedSnapshots.scheme(of(accept).escaping()))
        .isEqualTo(EscapingScheme.fromAcceptHeader(accept));
  }

  @Test
  void escaping_unknownName_isTheDefaultOfThePrometheusClient() {
    assertThat(of("text/plain;escaping=later").escaping()).isEqualTo(Escaping.DEFAULT);
    assertThat(EscapedSnapshots.scheme(Escaping.DEFAULT)).isEqualTo(EscapingScheme.DEFAULT);
  }

  @Test
  void escaping_severalRanges_isThatOfTheChosenRange() {
    ContentNegotiation last = of("application/openmetrics-text;escaping=dots,text/plain;q=0.5");

    assertThat(last.escaping()).isEqualTo(Escaping.DOTS);
    assertThat(of("text/plain").escaping()).isEqualTo(Escaping.DEFAULT);
  }

  @Test
  void format_severalHeaders_areReadUpToTheLimit() {
    assertThat(of("text/plain;q=0.1", "application/openmetrics-text").format())
        .isEqualTo(PageFormat.OPENMETRICS);
    assertThat(of("x/y,".repeat(10_000) + "application/openmetrics-text").format())
        .isEqualTo(PageFormat.TEXT);
    assertThat(ContentNegotiation.of(null, true).format()).isEqualTo(PageFormat.TEXT);
  }
}
