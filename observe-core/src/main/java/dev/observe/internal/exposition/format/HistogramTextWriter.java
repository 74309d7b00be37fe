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
   * Most of a large page is histograms: a series of 14 buckets is 17 lines, which differ only in the
   * bucket's label and the number. So the labels are encoded once per series, the bucket's labels
   * once for consecutive series with the same buckets, and a line is two copies and a number.
   *
   * Rejected: a cache of the encoded labels across pages. It would save at most the work for one of
   * 17 lines, use memory for each series between scrapes, and need an eviction of removed series.
   */
  private final TextLines out;
  private final boolean exemplars;
  private final byte[] bucketName;
  private final byte[] countName;
  private final byte[] sumName;

  /** The start of each bucket's line of a series. */
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
    Exemplars all = point.getExemplars();
    boolean any = exemplars && all.size() > 0;
    long cumulative = buckets.isEmpty() ? point.getCount() : 0;
    double lower = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < texts.length; i++) {
      cumulative += buckets.isEmpty() ? 0 : buckets.getCount(i);
      out.text.append(start, 0);
      out.text.append(texts[i]);
      out.text.append(cumulative);
      if (any) {
        double upper = BucketEnds.bound(buckets, i);
        Exemplar exemplar = all.get(lower, upper);
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

  /** The label of each bucket, with the text between it and the number. */
  private static final class BucketEnds {
    final byte[][] texts;
    private final double[] bounds;
    private final boolean first;

    /** {@code first} means that the series has no label before the bucket's. */
    BucketEnds(ClassicHistogramBuckets buckets, boolean first) {
      this.first = first;
      // A histogram without classic buckets, such as a native one, gets one of +Inf.
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
        // Not ==, because 0.0 and -0.0 are written differently.
        if (Double.compare(bound(buckets, i), bounds[i]) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
