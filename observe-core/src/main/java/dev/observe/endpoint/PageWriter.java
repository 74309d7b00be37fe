/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.endpoint;

import io.prometheus.metrics.config.PrometheusProperties;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** The one place where snapshots become bytes. */
final class PageWriter {
  private final ExpositionFormats formats =
      ExpositionFormats.init(PrometheusProperties.get().getExporterProperties());

  /** False where somebody excluded the protobuf classes, which weigh 2 MB. */
  boolean protobufAvailable() {
    return formats.getPrometheusProtobufWriter().isAvailable();
  }

  String contentType(PageFormat format) {
    return writer(format).getContentType();
  }

  ByteChunks write(MetricSnapshots snapshots, PageVariant variant) throws IOException {
    ByteChunks page = new ByteChunks();
    if (variant.gzip()) {
      try (OutputStream zipped = new GZIPOutputStream(page, 8 * 1024)) {
        writer(variant.format()).write(zipped, snapshots, variant.escaping());
      }
    } else {
      writer(variant.format()).write(page, snapshots, variant.escaping());
    }
    return page;
  }

  private ExpositionFormatWriter writer(PageFormat format) {
    return switch (format) {
      case TEXT -> formats.getPrometheusTextFormatWriter();
      case OPENMETRICS -> formats.getOpenMetricsTextFormatWriter();
      case PROTOBUF -> formats.getPrometheusProtobufWriter();
    };
  }
}
