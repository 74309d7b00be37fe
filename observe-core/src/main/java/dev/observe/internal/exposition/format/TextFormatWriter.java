/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.config.ExporterProperties;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.TextFormatUtil;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a page in one of the text formats, byte for byte as the library's writer does.
 *
 * <p>Writes the usual histograms, counters and gauges itself, for speed, and passes all other
 * metrics to the library's writer.
 *
 * <p>Safe for use by any number of threads.
 */
public final class TextFormatWriter {
  /** The end of a page in OpenMetrics. */
  private static final byte[] EOF = "# EOF\n".getBytes(US_ASCII);

  private final ExpositionFormatWriter library;
  private final boolean openMetrics;
  private final boolean usual;

  public TextFormatWriter(
      ExpositionFormatWriter library, boolean openMetrics, ExporterProperties properties) {
    this.library = library;
    this.openMetrics = openMetrics;
    boolean exemplarsEverywhere = openMetrics && properties.getExemplarsOnAllMetricTypes();
    this.usual = !properties.getIncludeCreatedTimestamps() && !exemplarsEverywhere;
  }

  public void write(OutputStream out, MetricSnapshots snapshots, EscapingScheme escaping)
      throws IOException {
    // The other two schemes change plain names.
    boolean plain =
        escaping == EscapingScheme.UNDERSCORE_ESCAPING || escaping == EscapingScheme.ALLOW_UTF8;
    if (!usual || !plain) {
      library.write(out, snapshots, escaping);
      return;
    }
    TextLines lines = new TextLines(out, openMetrics);
    UnquotedNames names = new UnquotedNames();
    List<MetricSnapshot> others = new ArrayList<>();
    for (MetricSnapshot snapshot : TextFormatUtil.mergeDuplicates(snapshots)) {
      if (snapshot.getDataPoints().isEmpty()) {
        continue;
      }
      if (canWrite(snapshot, names)) {
        writeOthers(out, lines, others, escaping);
        write(lines, snapshot);
      } else {
        others.add(snapshot);
      }
    }
    writeOthers(out, lines, others, escaping);
    lines.flush();
    if (openMetrics) {
      out.write(EOF);
    }
  }

  private boolean canWrite(MetricSnapshot snapshot, UnquotedNames names) {
    if (!UnquotedNames.isPlain(snapshot.getMetadata().getName())) {
      return false;
    }
    for (DataPointSnapshot point : snapshot.getDataPoints()) {
      if (point.hasScrapeTimestamp() || !names.areIn(point.getLabels())) {
        return false;
      }
    }
    if (snapshot instanceof HistogramSnapshot histogram) {
      return !histogram.isGaugeHistogram()
          && histogram.getDataPoints().stream().allMatch(point -> canWrite(point, names));
    }
    if (snapshot instanceof CounterSnapshot counter) {
      return counter.getDataPoints().stream()
          .allMatch(point -> !openMetrics || names.areIn(point.getExemplar()));
    }
    return snapshot instanceof GaugeSnapshot;
  }

  private boolean canWrite(HistogramDataPointSnapshot point, UnquotedNames names) {
    if (!point.hasCount() || !point.hasSum()) {
      return false;
    }
    if (openMetrics) {
      for (Exemplar exemplar : point.getExemplars()) {
        if (!names.areIn(exemplar)) {
          return false;
        }
      }
    }
    return true;
  }

  private void write(TextLines lines, MetricSnapshot snapshot) throws IOException {
    String name = snapshot.getMetadata().getName();
    if (snapshot instanceof HistogramSnapshot histogram) {
      lines.comments(histogram.getMetadata(), "histogram");
      new HistogramTextWriter(lines, name, openMetrics).write(histogram);
    } else if (snapshot instanceof CounterSnapshot counter) {
      lines.comments(counter.getMetadata(), "counter");
      byte[] full = (name + "_total").getBytes(US_ASCII);
      for (CounterDataPointSnapshot point : counter.getDataPoints()) {
        writeValue(lines, full, point.getLabels(), point.getValue());
        Exemplar exemplar = point.getExemplar();
        if (openMetrics && exemplar != null) {
          lines.exemplar(exemplar);
        }
        lines.end();
      }
    } else if (snapshot instanceof GaugeSnapshot gauge) {
      lines.comments(gauge.getMetadata(), "gauge");
      byte[] full = name.getBytes(US_ASCII);
      for (GaugeDataPointSnapshot point : gauge.getDataPoints()) {
        writeValue(lines, full, point.getLabels(), point.getValue());
        lines.end();
      }
    }
  }

  private static void writeValue(TextLines lines, byte[] name, Labels labels, double value) {
    lines.text.append(name);
    if (!labels.isEmpty()) {
      lines.text.append('{');
      TextLines.append(lines.text, labels);
      lines.text.append('}');
    }
    lines.text.append(' ');
    lines.text.append(value);
  }

  /** Writes the collected metrics through the library, in their order on the page. */
  private void writeOthers(
      OutputStream out, TextLines lines, List<MetricSnapshot> others, EscapingScheme escaping)
      throws IOException {
    if (others.isEmpty()) {
      return;
    }
    lines.flush();
    library.write(
        openMetrics ? new DropLastBytesOutput(out, EOF.length) : out,
        new MetricSnapshots(others),
        escaping);
    others.clear();
  }
}
