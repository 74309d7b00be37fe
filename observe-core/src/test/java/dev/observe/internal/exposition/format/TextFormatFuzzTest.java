/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.config.ExporterProperties;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the writer with that of the library for random metrics: the bytes must be equal. */
class TextFormatFuzzTest {
  private static final int PAGES = 1_500;
  private static final List<EscapingScheme> SCHEMES = List.of(EscapingScheme.values());

  @ParameterizedTest
  @CsvSource({
    "false, false, false",
    "true, false, false",
    "false, true, true",
    "true, true, false",
    "true, false, true"
  })
  void write_anyMetrics_sameBytes(boolean openMetrics, boolean created, boolean exemplars)
      throws IOException {
    ExporterProperties properties =
        ExporterProperties.builder()
            .includeCreatedTimestamps(created)
            .exemplarsOnAllMetricTypes(exemplars)
            .build();
    ExpositionFormats formats = ExpositionFormats.init(properties);
    ExpositionFormatWriter library =
        openMetrics
            ? formats.getOpenMetricsTextFormatWriter()
            : formats.getPrometheusTextFormatWriter();
    TextFormatWriter ours = new TextFormatWriter(library, openMetrics, properties);

    for (int seed = 0; seed < PAGES; seed++) {
      MetricSnapshots snapshots = new RandomMetrics(seed).next();
      EscapingScheme escaping = SCHEMES.get(seed % SCHEMES.size());
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      library.write(expected, snapshots, escaping);
      ByteArrayOutputStream actual = new ByteArrayOutputStream();

      ours.write(actual, snapshots, escaping);

      assertThat(actual.toString(StandardCharsets.UTF_8))
          .as("seed %s, %s", seed, escaping)
          .isEqualTo(expected.toString(StandardCharsets.UTF_8));
      assertThat(actual.toByteArray()).as("seed %s", seed).isEqualTo(expected.toByteArray());
    }
  }
}
