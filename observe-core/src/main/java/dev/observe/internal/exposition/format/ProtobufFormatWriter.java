/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.TextFormatUtil;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.SnapshotEscaper;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot.StateSetDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Prometheus's protobuf format: the messages of {@code io/prometheus/client/metrics.proto}, each
 * after its length. Numbers below are those of its fields. For one page.
 */
public final class ProtobufFormatWriter {
  public static final String CONTENT_TYPE =
      "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
          + " encoding=delimited";

  /** What a family's {@code type} says. */
  private static final int COUNTER = 0;

  private static final int GAUGE = 1;
  private static final int SUMMARY = 2;
  private static final int UNTYPED = 3;
  private static final int HISTOGRAM = 4;
  private static final int GAUGE_HISTOGRAM = 5;

  /** Which field of a metric its value is. */
  private static final int METRIC_GAUGE = 2;

  private static final int METRIC_COUNTER = 3;
  private static final int METRIC_SUMMARY = 4;
  private static final int METRIC_UNTYPED = 5;
  private static final int METRIC_HISTOGRAM = 7;

  private static final int NEGATIVE = 9;
  private static final int POSITIVE = 12;

  private final OutputStream out;
  private final EscapingScheme scheme;

  // No message holds one of its own kind, so one of each is enough for all.
  private final ProtobufMessage metrics = new ProtobufMessage();
  private final ProtobufMessage family = new ProtobufMessage();
  private final ProtobufMessage metric = new ProtobufMessage();
  private final ProtobufMessage value = new ProtobufMessage();
  private final ProtobufMessage bucket = new ProtobufMessage();
  private final ProtobufMessage exemplar = new ProtobufMessage();
  private final ProtobufMessage pair = new ProtobufMessage();
  private final ProtobufMessage timestamp = new ProtobufMessage();
  private final ProtobufMessage deltas = new ProtobufMessage();

  private ProtobufFormatWriter(OutputStream out, EscapingScheme scheme) {
    this.out = out;
    this.scheme = scheme;
  }

  public static void write(OutputStream out, MetricSnapshots snapshots, EscapingScheme scheme)
      throws IOException {
    ProtobufFormatWriter writer = new ProtobufFormatWriter(out, scheme);
    for (MetricSnapshot snapshot : TextFormatUtil.mergeDuplicates(snapshots)) {
      writer.write(SnapshotEscaper.escapeMetricSnapshot(snapshot, scheme));
    }
  }

  private void write(MetricSnapshot snapshot) throws IOException {
    metrics.clear();
    String suffix = "";
    int type;
    if (snapshot instanceof CounterSnapshot counter) {
      counter.getDataPoints().forEach(this::counter);
      suffix = "_total";
      type = COUNTER;
    } else if (snapshot instanceof GaugeSnapshot gauge) {
      gauge.getDataPoints().forEach(this::gauge);
      type = GAUGE;
    } else if (snapshot instanceof HistogramSnapshot histogram) {
      histogram.getDataPoints().forEach(this::histogram);
      type = histogram.isGaugeHistogram() ? GAUGE_HISTOGRAM : HISTOGRAM;
    } else if (snapshot instanceof SummarySnapshot summary) {
      summary.getDataPoints().forEach(this::summary);
      type = SUMMARY;
    } else if (snapshot instanceof InfoSnapshot info) {
      info.getDataPoints().forEach(point -> gauge(point, 1));
      suffix = "_info";
      type = GAUGE;
    } else if (snapshot instanceof StateSetSnapshot states) {
      String label = states.getMetadata().getPrometheusName();
      states.getDataPoints().forEach(point -> states(point, label));
      type = GAUGE;
    } else if (snapshot instanceof UnknownSnapshot unknown) {
      unknown.getDataPoints().forEach(this::untyped);
      type = UNTYPED;
    } else {
      // A kind of a later version, of which there is nothing to be known.
      return;
    }
    if (!metrics.isEmpty()) {
      write(snapshot, suffix, type);
    }
  }

  private void write(MetricSnapshot snapshot, String suffix, int type) throws IOException {
    family
        .clear()
        .text(1, SnapshotEscaper.getMetadataName(snapshot.getMetadata(), scheme) + suffix);
    String help = snapshot.getMetadata().getHelp();
    if (help != null) {
      family.text(2, help);
    }
    family.unsigned(3, type);
    ProtobufMessage.writeDelimited(out, family, metrics);
  }

  private void counter(CounterDataPointSnapshot point) {
    begin(point);
    value.clear().number(1, point.getValue());
    exemplar(value, 2, point.getExemplar());
    if (point.hasCreatedTimestamp()) {
      timestamp(value, 3, point.getCreatedTimestampMillis());
    }
    end(METRIC_COUNTER, point);
  }

  private void gauge(GaugeDataPointSnapshot point) {
    gauge(point, point.getValue());
  }

  private void gauge(DataPointSnapshot point, double number) {
    begin(point);
    value.clear().number(1, number);
    end(METRIC_GAUGE, point);
  }

  private void states(StateSetDataPointSnapshot point, String label) {
    for (int i = 0; i < point.size(); i++) {
      begin(point);
      label(metric, label, point.getName(i));
      value.clear().number(1, point.isTrue(i) ? 1 : 0);
      end(METRIC_GAUGE, point);
    }
  }

  private void untyped(UnknownDataPointSnapshot point) {
    begin(point);
    value.clear().number(1, point.getValue());
    end(METRIC_UNTYPED, point);
  }

  private void summary(SummaryDataPointSnapshot point) {
    if (!point.hasCount() && !point.hasSum() && point.getQuantiles().size() == 0) {
      return;
    }
    begin(point);
    value.clear();
    if (point.hasCount()) {
      value.unsigned(1, point.getCount());
    }
    if (point.hasSum()) {
      value.number(2, point.getSum());
    }
    for (Quantile quantile : point.getQuantiles()) {
      value.message(
          3, bucket.clear().number(1, quantile.getQuantile()).number(2, quantile.getValue()));
    }
    end(METRIC_SUMMARY, point);
  }

  private void histogram(HistogramDataPointSnapshot point) {
    begin(point);
    value.clear();
    if (point.hasCount()) {
      value.unsigned(1, point.getCount());
    }
    if (point.hasSum()) {
      value.number(2, point.getSum());
    }
    if (point.hasClassicHistogramData()) {
      classic(point);
    }
    if (point.hasNativeHistogramData()) {
      if (!point.hasClassicHistogramData()) {
        latestExemplar(point);
      }
      value
          .signed(5, point.getNativeSchema())
          .number(6, point.getNativeZeroThreshold())
          .unsigned(7, point.getNativeZeroCount());
      spans(NEGATIVE, point.getNativeBucketsForNegativeValues());
      spans(POSITIVE, point.getNativeBucketsForPositiveValues());
    }
    end(METRIC_HISTOGRAM, point);
  }

  private void classic(HistogramDataPointSnapshot point) {
    ClassicHistogramBuckets buckets = point.getClassicBuckets();
    double lower = Double.NEGATIVE_INFINITY;
    long cumulative = 0;
    for (int i = 0; i < buckets.size(); i++) {
      double upper = buckets.getUpperBound(i);
      cumulative += buckets.getCount(i);
      bucket(cumulative, upper, point.getExemplars().get(lower, upper));
      lower = upper;
    }
  }

  /** A native histogram has no place for exemplars but a bucket that holds everything. */
  private void latestExemplar(HistogramDataPointSnapshot point) {
    Exemplar latest = point.getExemplars().getLatest();
    if (latest != null) {
      long count =
          point.hasCount()
              ? point.getCount()
              : point.getNativeZeroCount()
                  + sum(point.getNativeBucketsForPositiveValues())
                  + sum(point.getNativeBucketsForNegativeValues());
      bucket(count, Double.POSITIVE_INFINITY, latest);
    }
  }

  private static long sum(NativeHistogramBuckets buckets) {
    long sum = 0;
    for (int i = 0; i < buckets.size(); i++) {
      sum += buckets.getCount(i);
    }
    return sum;
  }

  private void bucket(long cumulative, double upper, @Nullable Exemplar example) {
    bucket.clear().unsigned(1, cumulative).number(2, upper);
    exemplar(bucket, 3, example);
    value.message(3, bucket);
  }

  /**
   * Buckets of a native histogram stand in spans of neighbours, and each as the difference to the
   * one before. One or two empty buckets are shorter than a new span.
   */
  private void spans(int field, NativeHistogramBuckets buckets) {
    if (buckets.size() == 0) {
      return;
    }
    deltas.clear();
    int offset = buckets.getBucketIndex(0);
    int next = offset;
    int length = 0;
    long before = 0;
    for (int i = 0; i < buckets.size(); i++) {
      int gap = buckets.getBucketIndex(i) - next;
      if (gap > 2) {
        span(field, offset, length);
        offset = gap;
        length = 0;
      } else {
        for (int empty = 0; empty < gap; empty++) {
          deltas.signed(field + 1, -before);
          before = 0;
          length++;
        }
      }
      deltas.signed(field + 1, buckets.getCount(i) - before);
      before = buckets.getCount(i);
      length++;
      next = buckets.getBucketIndex(i) + 1;
    }
    span(field, offset, length);
    value.append(deltas);
  }

  private void span(int field, int offset, int length) {
    value.message(field, bucket.clear().signed(1, offset).unsigned(2, length));
  }

  private void begin(DataPointSnapshot point) {
    metric.clear();
    labels(metric, point.getLabels());
  }

  private void end(int field, DataPointSnapshot point) {
    boolean stamped = point.hasScrapeTimestamp();
    // Fields are written in the order of their numbers, and the timestamp's is 6.
    if (stamped && field > 6) {
      metric.unsigned(6, point.getScrapeTimestampMillis());
    }
    metric.message(field, value);
    if (stamped && field < 6) {
      metric.unsigned(6, point.getScrapeTimestampMillis());
    }
    metrics.message(4, metric);
  }

  private void exemplar(ProtobufMessage owner, int field, @Nullable Exemplar example) {
    if (example == null) {
      return;
    }
    exemplar.clear();
    labels(exemplar, example.getLabels());
    exemplar.number(2, example.getValue());
    if (example.hasTimestamp()) {
      timestamp(exemplar, 3, example.getTimestampMillis());
    }
    owner.message(field, exemplar);
  }

  private void labels(ProtobufMessage owner, Labels labels) {
    for (int i = 0; i < labels.size(); i++) {
      label(owner, SnapshotEscaper.getSnapshotLabelName(labels, i, scheme), labels.getValue(i));
    }
  }

  private void label(ProtobufMessage owner, String name, String text) {
    owner.message(1, pair.clear().text(1, name).text(2, text));
  }

  /** Of {@code google.protobuf.Timestamp}, zeros are not written. */
  private void timestamp(ProtobufMessage owner, int field, long millis) {
    timestamp.clear();
    if (millis / 1_000 != 0) {
      timestamp.unsigned(1, millis / 1_000);
    }
    if (millis % 1_000 != 0) {
      timestamp.unsigned(2, millis % 1_000 * 1_000_000);
    }
    owner.message(field, timestamp);
  }
}
