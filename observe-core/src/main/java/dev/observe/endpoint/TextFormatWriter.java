/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.config.ExporterProperties;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.TextFormatUtil;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes a page in one of the text formats, byte for byte as the library's writer does: large
 * histograms itself, all else and whatever is unusual through that writer.
 */
final class TextFormatWriter {
  /** What the library ends a page of OpenMetrics with. */
  private static final byte[] EOF = "# EOF\n".getBytes(US_ASCII);

  private final ExpositionFormatWriter library;
  private final boolean openMetrics;
  private final boolean usual;
  private final HistogramText histograms;

  TextFormatWriter(
      ExpositionFormatWriter library,
      boolean openMetrics,
      ExporterProperties properties,
      HistogramText histograms) {
    this.library = library;
    this.openMetrics = openMetrics;
    this.usual =
        !properties.getIncludeCreatedTimestamps() && !properties.getExemplarsOnAllMetricTypes();
    this.histograms = histograms;
  }

  /**
   * Writes a page.
   *
   * @param complete whether these are all metrics there are, so that others can be forgotten
   */
  void write(OutputStream out, MetricSnapshots snapshots, EscapingScheme escaping, boolean complete)
      throws IOException {
    boolean plain =
        escaping == EscapingScheme.UNDERSCORE_ESCAPING || escaping == EscapingScheme.ALLOW_UTF8;
    if (!usual || !plain) {
      library.write(out, snapshots, escaping);
      return;
    }
    LineBuffer lines = new LineBuffer(out);
    Set<String> written = new HashSet<>();
    List<MetricSnapshot> others = new ArrayList<>();
    for (MetricSnapshot snapshot : TextFormatUtil.mergeDuplicates(snapshots)) {
      if (snapshot instanceof HistogramSnapshot histogram
          && HistogramText.canWrite(histogram, openMetrics)) {
        writeOthers(lines, others, escaping);
        others.clear();
        writeComments(lines, histogram, escaping);
        histograms.write(lines, histogram, openMetrics);
        written.add(histogram.getMetadata().getName());
      } else {
        others.add(snapshot);
      }
    }
    writeOthers(lines, others, escaping);
    if (openMetrics) {
      lines.write(EOF);
    }
    lines.flush();
    if (complete) {
      histograms.retain(written);
    }
  }

  private void writeOthers(LineBuffer lines, List<MetricSnapshot> others, EscapingScheme escaping)
      throws IOException {
    if (!others.isEmpty()) {
      byte[] page = library(new MetricSnapshots(others), escaping);
      lines.write(page, page.length - (openMetrics ? EOF.length : 0));
    }
  }

  /** Type, unit and help: what the library writes before the first line of a series. */
  private void writeComments(LineBuffer lines, HistogramSnapshot histogram, EscapingScheme escaping)
      throws IOException {
    HistogramSnapshot one =
        new HistogramSnapshot(histogram.getMetadata(), histogram.getDataPoints().subList(0, 1));
    byte[] page = library(MetricSnapshots.of(one), escaping);
    int end = 0;
    while (page[end] == '#') {
      while (page[end] != '\n') {
        end++;
      }
      end++;
    }
    lines.write(page, end);
  }

  private byte[] library(MetricSnapshots snapshots, EscapingScheme escaping) throws IOException {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    library.write(page, snapshots, escaping);
    return page.toByteArray();
  }
}
