/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.config.ExporterProperties;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;

/** Makes the page's text writer, which is package-private, available to the benchmarks. */
public final class OwnTextWriter implements ExpositionFormatWriter {
  private final ExpositionFormatWriter library;
  private final TextFormatWriter writer;

  /** Wraps the library's writer of the same format. */
  public OwnTextWriter(ExpositionFormatWriter library, boolean openMetrics) {
    this.library = library;
    this.writer = new TextFormatWriter(library, openMetrics, ExporterProperties.builder().build());
  }

  @Override
  public boolean accepts(String acceptHeader) {
    return library.accepts(acceptHeader);
  }

  @Override
  public void write(OutputStream out, MetricSnapshots snapshots, EscapingScheme escaping)
      throws IOException {
    writer.write(out, snapshots, escaping);
  }

  @Override
  public String getContentType() {
    return library.getContentType();
  }
}
