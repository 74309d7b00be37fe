/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import dev.observe.internal.versions.Capabilities;
import io.prometheus.metrics.config.ExporterProperties;
import io.prometheus.metrics.config.PrometheusProperties;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;

/** Renders snapshots in each format. */
final class PageWriter {
  private final ExporterProperties properties = PrometheusProperties.get().getExporterProperties();
  private final ExpositionFormats formats = ExpositionFormats.init(properties);
  private final SnapshotWriter writer =
      Capabilities.escaping()
          ? new EscapedSnapshots(formats, properties)
          : (out, snapshots, format, ignored) ->
              libraryWriter(formats, format).write(out, snapshots);

  /** Writes snapshots in one of the formats. */
  @FunctionalInterface
  interface SnapshotWriter {
    void write(OutputStream out, MetricSnapshots snapshots, PageFormat format, Escaping escaping)
        throws IOException;
  }

  /** Returns the writer of the Prometheus client. */
  static ExpositionFormatWriter libraryWriter(ExpositionFormats formats, PageFormat format) {
    return switch (format) {
      case TEXT -> formats.getPrometheusTextFormatWriter();
      case OPENMETRICS -> formats.getOpenMetricsTextFormatWriter();
      case PROTOBUF -> formats.getPrometheusProtobufWriter();
    };
  }

  /** Returns whether the optional jar that writes protobuf is on the class path. */
  boolean writesProtobuf() {
    return formats.getPrometheusProtobufWriter().isAvailable();
  }

  String contentType(PageFormat format) {
    return libraryWriter(formats, format).getContentType();
  }

  ByteChunks write(MetricSnapshots snapshots, PageVariant variant) throws IOException {
    ByteChunks page = new ByteChunks();
    if (variant.gzip()) {
      try (OutputStream zipped = new Gzip(page)) {
        write(zipped, snapshots, variant);
      }
    } else {
      write(page, snapshots, variant);
    }
    return page;
  }

  private void write(OutputStream out, MetricSnapshots snapshots, PageVariant variant)
      throws IOException {
    writer.write(out, snapshots, variant.format(), variant.escaping());
  }

  /** Compresses a page in half the time of the JDK's default level, to nearly the same size. */
  private static final class Gzip extends GZIPOutputStream {
    /** The highest level at which zlib uses the first good match without a search for a better. */
    private static final int LEVEL = 3;

    Gzip(OutputStream out) throws IOException {
      super(out, 8 * 1024);
      def.setLevel(LEVEL);
    }
  }
}
