/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import dev.observe.internal.exposition.format.TextFormatWriter;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.config.ExporterProperties;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes pages with the scraper's escaping. Loaded only where the Prometheus client has escaping,
 * which is from 1.5 on.
 */
final class EscapedSnapshots implements PageWriter.SnapshotWriter {
  private final ExpositionFormats formats;
  private final TextFormatWriter text;
  private final TextFormatWriter openMetrics;

  EscapedSnapshots(ExpositionFormats formats, ExporterProperties properties) {
    this.formats = formats;
    this.text = new TextFormatWriter(formats.getPrometheusTextFormatWriter(), false, properties);
    this.openMetrics =
        new TextFormatWriter(formats.getOpenMetricsTextFormatWriter(), true, properties);
  }

  @Override
  public void write(
      OutputStream out, MetricSnapshots snapshots, PageFormat format, Escaping escaping)
      throws IOException {
    EscapingScheme scheme = scheme(escaping);
    switch (format) {
      case TEXT -> text.write(out, snapshots, scheme);
      case OPENMETRICS -> openMetrics.write(out, snapshots, scheme);
      case PROTOBUF -> formats.getPrometheusProtobufWriter().write(out, snapshots, scheme);
    }
  }

  static EscapingScheme scheme(Escaping escaping) {
    return switch (escaping) {
      case UNDERSCORES -> EscapingScheme.UNDERSCORE_ESCAPING;
      case ALLOW_UTF8 -> EscapingScheme.ALLOW_UTF8;
      case DOTS -> EscapingScheme.DOTS_ESCAPING;
      case VALUES -> EscapingScheme.VALUE_ENCODING_ESCAPING;
    };
  }
}
