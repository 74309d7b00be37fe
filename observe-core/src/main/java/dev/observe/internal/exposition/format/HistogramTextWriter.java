/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes the samples of one histogram. */
final class HistogramTextWriter {
  /*
   * A large page is nearly all histograms: a series of 14 buckets is 17 lines, and they differ in
   * the bucket's label and the number only. So the labels are encoded once for a series, the
   * bucket's labels once for as long as series have the same buckets, and a line is two copies and
   * a number.
   *
   * Lost: keeping the encoded labels for the next page. It would save at most one line's work of
   * 17, take memory for each series between scrapes, and have to follow series that come and go.
   */
  private final TextLines out;
  private final boolean exemplars;
  private final byte[] bucketName;
  private final byte[] countName;
  private final byte[] sumName;

  /** How each bucket's line of a series begins. */
  private final Utf8Buffer start = new Utf8Buffer(512);

  private @Nullable BucketEnds ends;

  HistogramTextWriter(TextLines out, String name, boolean exemplars) {
    this.out = out;
    this.exemplars = exemplars;
    bucketName = (name + "_bucket{").getBytes(US_ASCII);
    countName = (name + "_count").getBytes(US_ASCII);
    sumName = (name + "_sum").getBytes(US_ASCII);
  }

  void write(HistogramSnapshot histogram) throws IOException {
    for (HistogramDataPointSnapshot point : histogram.getDataPoints()) {
      Labels labels = point.getLabels();
      start.clear();
      start.append(bucketName);
      TextLines.append(start, labels);
      writeBuckets(point);
      writeName(countName, labels);
      out.text.append(point.getCount());
      out.end();
      writeName(sumName, labels);
      out.text.append(point.getSum());
      out.end();
    }
  }

  private void writeBuckets(HistogramDataPointSnapshot point) throws IOException {
    ClassicHistogramBuckets buckets = point.getClassicBuckets();
    byte[][] texts = ends(buckets, point.getLabels().isEmpty()).texts;
    Exemplars some = point.getExemplars();
    boolean any = exemplars && some.size() > 0;
    long cumulative = buckets.isEmpty() ? point.getCount() : 0;
    double lower = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < texts.length; i++) {
      cumulative += buckets.isEmpty() ? 0 : buckets.getCount(i);
      out.text.append(start, 0);
      out.text.append(texts[i]);
      out.text.append(cumulative);
      if (any) {
        double upper = BucketEnds.bound(buckets, i);
        Exemplar exemplar = some.get(lower, upper);
        if (exemplar != null) {
          out.exemplar(exemplar);
        }
        lower = upper;
      }
      out.end();
    }
  }

  private void writeName(byte[] name, Labels labels) {
    out.text.append(name);
    if (!labels.isEmpty()) {
      out.text.append('{');
      out.text.append(start, bucketName.length);
      out.text.append('}');
    }
    out.text.append(' ');
  }

  private BucketEnds ends(ClassicHistogramBuckets buckets, boolean first) {
    BucketEnds known = ends;
    if (known == null || !known.areOf(buckets, first)) {
      known = new BucketEnds(buckets, first);
      ends = known;
    }
    return known;
  }

  /** The label of each bucket and what follows it up to the number. */
  private static final class BucketEnds {
    final byte[][] texts;
    private final double[] bounds;
    private final boolean first;

    /** Takes whether the bucket's label is the first one. */
    BucketEnds(ClassicHistogramBuckets buckets, boolean first) {
      this.first = first;
      // The library makes one of a histogram that has none, such as a native one.
      bounds = new double[Math.max(1, buckets.size())];
      texts = new byte[bounds.length][];
      for (int i = 0; i < bounds.length; i++) {
        bounds[i] = bound(buckets, i);
        Utf8Buffer text = new Utf8Buffer(32);
        text.append(first ? "le=\"" : ",le=\"");
        text.append(bounds[i]);
        text.append("\"} ");
        texts[i] = text.toBytes();
      }
    }

    static double bound(ClassicHistogramBuckets buckets, int i) {
      return buckets.isEmpty() ? Double.POSITIVE_INFINITY : buckets.getUpperBound(i);
    }

    boolean areOf(ClassicHistogramBuckets buckets, boolean first) {
      if (this.first != first || bounds.length != Math.max(1, buckets.size())) {
        return false;
      }
      for (int i = 0; i < bounds.length; i++) {
        // Equal is not enough, 0.0 is written otherwise than -0.0.
        if (Double.compare(bound(buckets, i), bounds[i]) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
