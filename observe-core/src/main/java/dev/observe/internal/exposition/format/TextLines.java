/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.IOException;
import java.io.OutputStream;

/** Writes the parts of a line in both text formats, for names without quotes or escapes. */
final class TextLines {
  /** The size from which the buffered lines are written to the page. */
  private static final int FULL_BYTES = 8 * 1024;

  final Utf8Buffer text = new Utf8Buffer(FULL_BYTES + 2 * 1024);
  private final OutputStream out;
  private final boolean openMetrics;

  TextLines(OutputStream out, boolean openMetrics) {
    this.out = out;
    this.openMetrics = openMetrics;
  }

  /** Writes the comments before the first sample of a metric. */
  void comments(MetricMetadata metadata, String type) throws IOException {
    String name = metadata.getName();
    if (openMetrics) {
      comment("# TYPE ", name, type);
      Unit unit = metadata.getUnit();
      if (unit != null) {
        comment("# UNIT ", name, unit.toString());
      }
      help(metadata, name);
    } else {
      // In this format the name of a counter is that of its samples.
      String full = type.equals("counter") ? name + "_total" : name;
      help(metadata, full);
      comment("# TYPE ", full, type);
    }
  }

  private void help(MetricMetadata metadata, String name) throws IOException {
    String help = metadata.getHelp();
    if (help != null && !help.isEmpty()) {
      comment("# HELP ", name, help);
    }
  }

  private void comment(String kind, String name, String content) throws IOException {
    text.append(kind);
    text.append(name);
    text.append(' ');
    text.appendEscaped(content, openMetrics);
    end();
  }

  /** Appends labels without their braces. */
  static void append(Utf8Buffer text, Labels labels) {
    for (int i = 0; i < labels.size(); i++) {
      if (i > 0) {
        text.append(',');
      }
      text.append(labels.getName(i));
      text.append('=');
      text.append('"');
      text.appendEscaped(labels.getValue(i), true);
      text.append('"');
    }
  }

  void exemplar(Exemplar exemplar) {
    text.append(" # {");
    append(text, exemplar.getLabels());
    text.append("} ");
    text.append(exemplar.getValue());
    if (exemplar.hasTimestamp()) {
      long millis = exemplar.getTimestampMillis();
      text.append(' ');
      text.append(millis / 1_000);
      text.append('.');
      text.append((char) ('0' + millis / 100 % 10));
      text.append((char) ('0' + millis / 10 % 10));
      text.append((char) ('0' + millis % 10));
    }
  }

  /** Ends a line. */
  void end() throws IOException {
    text.append('\n');
    if (text.length() >= FULL_BYTES) {
      flush();
    }
  }

  void flush() throws IOException {
    text.writeTo(out);
  }
}
