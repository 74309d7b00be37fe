/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.endpoint;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes the lines of classic histograms, byte for byte as the library does.
 *
 * <p>Safe for use by any number of threads.
 */
final class HistogramText {
  /*
   * A large page is nearly all histograms: a series of 14 buckets is 17 lines. Nothing in them
   * changes between two scrapes but the numbers, so the labels of a series are encoded once and kept
   * in the order that snapshots have, and the rest of a line once for each metric. Kept are about
   * as many bytes as the labels of each series have, not the lines, which would be the whole page
   * again.
   */
  private final Map<String, LabelText[]> encoded = new ConcurrentHashMap<>();

  /** Whether a histogram is one that is written here. */
  static boolean canWrite(HistogramSnapshot histogram, boolean exemplars) {
    if (histogram.isGaugeHistogram()
        || histogram.getDataPoints().isEmpty()
        || !LabelText.isPlainName(histogram.getMetadata().getName())) {
      return false;
    }
    for (HistogramDataPointSnapshot point : histogram.getDataPoints()) {
      if (point.hasScrapeTimestamp()
          || !point.hasClassicHistogramData()
          || !point.hasCount()
          || !point.hasSum()
          || !LabelText.hasPlainNames(point.getLabels())
          || (exemplars && !hasPlainExemplars(point.getExemplars()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasPlainExemplars(Exemplars exemplars) {
    for (Exemplar exemplar : exemplars) {
      if (!LabelText.hasPlainNames(exemplar.getLabels())) {
        return false;
      }
    }
    return true;
  }

  /** Writes all lines after the comments. */
  void write(LineBuffer out, HistogramSnapshot histogram, boolean exemplars) throws IOException {
    String name = histogram.getMetadata().getName();
    Names names = new Names(name);
    List<HistogramDataPointSnapshot> points = histogram.getDataPoints();
    LabelText[] texts = texts(name, points);
    @Nullable BucketEnds ends = null;
    for (int i = 0; i < texts.length; i++) {
      HistogramDataPointSnapshot point = points.get(i);
      if (ends == null || !ends.areOf(point)) {
        ends = new BucketEnds(point);
      }
      write(out, names, texts[i].bytes, ends, point, exemplars);
    }
  }

  private static void write(
      LineBuffer out,
      Names names,
      byte[] labels,
      BucketEnds ends,
      HistogramDataPointSnapshot point,
      boolean withExemplars)
      throws IOException {
    ClassicHistogramBuckets buckets = point.getClassicBuckets();
    Exemplars exemplars = point.getExemplars();
    boolean some = withExemplars && exemplars.size() > 0;
    long cumulative = 0;
    for (int i = 0; i < buckets.size(); i++) {
      cumulative += buckets.getCount(i);
      out.write(names.bucket);
      out.write(labels);
      out.write(ends.bytes[i]);
      out.write(cumulative);
      if (some) {
        double lower = i == 0 ? Double.NEGATIVE_INFINITY : buckets.getUpperBound(i - 1);
        writeExemplar(out, exemplars.get(lower, buckets.getUpperBound(i)));
      }
      out.write('\n');
    }
    writeName(out, names.count, labels);
    out.write(point.getCount());
    out.write('\n');
    writeName(out, names.sum, labels);
    out.write(point.getSum());
    out.write('\n');
  }

  private static void writeName(LineBuffer out, byte[] name, byte[] labels) throws IOException {
    out.write(name);
    if (labels.length > 0) {
      out.write('{');
      out.write(labels);
      out.write('}');
    }
    out.write(' ');
  }

  private static void writeExemplar(LineBuffer out, @Nullable Exemplar exemplar)
      throws IOException {
    if (exemplar == null) {
      return;
    }
    out.write(" # {");
    out.write(LabelText.of(exemplar.getLabels()).bytes);
    out.write("} ");
    out.write(exemplar.getValue());
    if (exemplar.hasTimestamp()) {
      long millis = exemplar.getTimestampMillis();
      out.write(' ');
      out.write(millis / 1_000);
      out.write('.');
      out.write((char) ('0' + millis / 100 % 10));
      out.write((char) ('0' + millis / 10 % 10));
      out.write((char) ('0' + millis % 10));
    }
  }

  /** Returns the encoded labels of each point, as far as possible those of the last page. */
  private LabelText[] texts(String name, List<HistogramDataPointSnapshot> points) {
    LabelText[] last = encoded.getOrDefault(name, new LabelText[0]);
    LabelText[] texts = last;
    int next = 0;
    for (int i = 0; i < points.size(); i++) {
      Labels labels = points.get(i).getLabels();
      // Both are in order: what is smaller in the old has gone.
      while (next < last.length && last[next].labels.compareTo(labels) < 0) {
        next++;
      }
      boolean known = next < last.length && last[next].labels.equals(labels);
      if (texts == last && !(known && next == i)) {
        texts = Arrays.copyOf(last, points.size());
      }
      texts[i] = known ? last[next] : LabelText.of(labels);
      if (known) {
        next++;
      }
    }
    if (texts.length != points.size()) {
      texts = Arrays.copyOf(texts, points.size());
    }
    if (texts != last) {
      encoded.put(name, texts);
    }
    return texts;
  }

  /** Forgets all metrics but these. */
  void retain(Set<String> names) {
    encoded.keySet().retainAll(names);
  }

  /** How lines of a metric begin. */
  private static final class Names {
    final byte[] bucket;
    final byte[] count;
    final byte[] sum;

    Names(String name) {
      bucket = (name + "_bucket{").getBytes(StandardCharsets.US_ASCII);
      count = (name + "_count").getBytes(StandardCharsets.US_ASCII);
      sum = (name + "_sum").getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** What stands between the labels and the number: the bucket's own label. */
  private static final class BucketEnds {
    final byte[][] bytes;
    private final double[] bounds;
    private final boolean labels;

    BucketEnds(HistogramDataPointSnapshot point) {
      ClassicHistogramBuckets buckets = point.getClassicBuckets();
      labels = !point.getLabels().isEmpty();
      bounds = new double[buckets.size()];
      bytes = new byte[bounds.length][];
      for (int i = 0; i < bounds.length; i++) {
        double bound = buckets.getUpperBound(i);
        bounds[i] = bound;
        String text = bound == Double.POSITIVE_INFINITY ? "+Inf" : Double.toString(bound);
        bytes[i] =
            ((labels ? "," : "") + "le=\"" + text + "\"} ").getBytes(StandardCharsets.US_ASCII);
      }
    }

    boolean areOf(HistogramDataPointSnapshot point) {
      ClassicHistogramBuckets buckets = point.getClassicBuckets();
      if (buckets.size() != bounds.length || labels == point.getLabels().isEmpty()) {
        return false;
      }
      for (int i = 0; i < bounds.length; i++) {
        if (buckets.getUpperBound(i) != bounds[i]) {
          return false;
        }
      }
      return true;
    }
  }
}
