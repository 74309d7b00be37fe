/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Random metrics of all types, mostly ordinary ones, with some unusual but legal ones. */
final class RandomMetrics {
  private static final List<String> LABEL_NAMES =
      List.of("a", "http_route", "Z9", "x_", "quantile", "b", "code", "dotted.name", "mü", "c d");
  private static final List<String> TEXTS =
      List.of(
          "",
          "GET",
          "/orders/*",
          "quo\"te",
          "back\\slash",
          "new\nline",
          "\r\t\u0000",
          "äöü 😀",
          "x\ud800",
          "\udc00\"",
          "\u0080\u07ff\u0800\uffff",
          "\\\"\n",
          "x".repeat(9_000));
  private static final double[] NUMBERS = {
    0,
    -0.0,
    1,
    -1,
    42,
    9_999_999,
    1e7,
    10_000_001,
    0.1,
    1e-3,
    9.99e-4,
    3.2870000000000004,
    1e22,
    4.9e-324,
    Double.MAX_VALUE,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    1e15
  };

  private final Random random;

  RandomMetrics(long seed) {
    random = new Random(seed);
  }

  /** Returns random metrics, sometimes two of the same name, as from two collectors. */
  MetricSnapshots next() {
    List<MetricSnapshot> all = new ArrayList<>();
    int count = random.nextInt(8);
    for (int i = 0; i < count; i++) {
      String name = oneIn(8) ? pick(List.of("dotted.m", "co:lon", "ü")) + i : "metric_" + i;
      all.add(metric(name, random.nextInt(8)));
    }
    if (oneIn(4)) {
      all.add(histogram(new MetricMetadata("shared"), false, "left"));
      all.add(histogram(new MetricMetadata("shared"), false, "right"));
    }
    return new MetricSnapshots(all);
  }

  private MetricSnapshot metric(String name, int type) {
    MetricMetadata plain = new MetricMetadata(name, oneIn(4) ? null : pick(TEXTS), null);
    MetricMetadata unit =
        oneIn(2) ? plain : new MetricMetadata(name + "_seconds", pick(TEXTS), Unit.SECONDS);
    return switch (type) {
      case 0 -> new CounterSnapshot(unit, points(this::counter));
      case 1 -> new GaugeSnapshot(unit, points(this::gauge));
      case 2 -> new InfoSnapshot(plain, points(() -> new InfoDataPointSnapshot(labels())));
      case 3 -> new SummarySnapshot(unit, points(this::summary));
      case 4 -> new UnknownSnapshot(unit, points(this::unknown));
      default -> histogram(unit, oneIn(6), "any");
    };
  }

  private HistogramSnapshot histogram(MetricMetadata metadata, boolean gauge, String only) {
    return new HistogramSnapshot(
        gauge, metadata, points(() -> histogramPoint(labels().add("only", only), gauge)));
  }

  /** Returns points with different labels: a snapshot rejects duplicates. */
  private <T extends DataPointSnapshot> List<T> points(Supplier<T> maker) {
    Map<Labels, T> points = new TreeMap<>();
    int count = oneIn(6) ? 0 : 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      T point = maker.get();
      points.putIfAbsent(point.getLabels(), point);
    }
    return List.copyOf(points.values());
  }

  private CounterDataPointSnapshot counter() {
    CounterDataPointSnapshot.Builder point =
        CounterDataPointSnapshot.builder()
            .labels(labels())
            .value(oneIn(8) ? Double.POSITIVE_INFINITY : Math.abs(random.nextInt(1_000)));
    if (oneIn(3)) {
      point.exemplar(exemplar());
    }
    if (oneIn(2)) {
      point.createdTimestampMillis(1_700_000_000_012L);
    }
    return oneIn(20) ? point.scrapeTimestampMillis(1_700_000_000_123L).build() : point.build();
  }

  private GaugeDataPointSnapshot gauge() {
    GaugeDataPointSnapshot.Builder point =
        GaugeDataPointSnapshot.builder().labels(labels()).value(number());
    if (oneIn(3)) {
      point.exemplar(exemplar());
    }
    return oneIn(20) ? point.scrapeTimestampMillis(1_700_000_000_123L).build() : point.build();
  }

  private UnknownDataPointSnapshot unknown() {
    return UnknownDataPointSnapshot.builder().labels(labels()).value(number()).build();
  }

  private SummaryDataPointSnapshot summary() {
    Labels labels = Labels.of("only", pick(TEXTS));
    return SummaryDataPointSnapshot.builder().labels(labels).count(3).sum(number()).build();
  }

  private HistogramDataPointSnapshot histogramPoint(Labels labels, boolean gauge) {
    HistogramDataPointSnapshot.Builder point = HistogramDataPointSnapshot.builder().labels(labels);
    boolean onlyNative = oneIn(6);
    long count = 9;
    if (!onlyNative) {
      ClassicHistogramBuckets buckets = buckets();
      point.classicHistogramBuckets(buckets);
      count = buckets.stream().mapToLong(bucket -> bucket.getCount()).sum();
    }
    if (onlyNative || oneIn(3)) {
      point.nativeSchema(5).nativeZeroCount(count);
    }
    if (!oneIn(6)) {
      point.sum(number());
    }
    if (oneIn(2)) {
      List<Exemplar> exemplars = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        exemplars.add(exemplar());
      }
      point.exemplars(Exemplars.of(exemplars));
    }
    if (!gauge && oneIn(2)) {
      point.createdTimestampMillis(1_700_000_000_012L);
    }
    return oneIn(20) ? point.scrapeTimestampMillis(1_700_000_000_123L).build() : point.build();
  }

  private ClassicHistogramBuckets buckets() {
    return switch (random.nextInt(5)) {
      case 0 -> ClassicHistogramBuckets.of(bounds(), counts(1));
      case 1 -> ClassicHistogramBuckets.of(bounds(0.0), counts(2));
      case 2 -> ClassicHistogramBuckets.of(bounds(-0.0), counts(2));
      case 3 -> ClassicHistogramBuckets.of(bounds(-1e9, 0.1, 1e9), counts(4));
      default -> ClassicHistogramBuckets.of(bounds(0.005, 0.1, 1), counts(4));
    };
  }

  private static double[] bounds(double... finite) {
    double[] bounds = Arrays.copyOf(finite, finite.length + 1);
    bounds[finite.length] = Double.POSITIVE_INFINITY;
    return bounds;
  }

  private long[] counts(int size) {
    return random.longs(size, 0, oneIn(4) ? 1L << 60 : 12).toArray();
  }

  private Exemplar exemplar() {
    Exemplar.Builder exemplar =
        Exemplar.builder()
            .value(oneIn(4) ? number() : random.nextDouble() * 2)
            .labels(oneIn(4) ? labels() : Labels.of("trace_id", "0a", "span_id", pick(TEXTS)));
    if (oneIn(2)) {
      exemplar.timestampMillis(pick(List.of(1L, 70L, 999L, 1_700_000_000_700L, -5L, -70_500L)));
    }
    return exemplar.build();
  }

  private Labels labels() {
    Labels.Builder labels = Labels.builder();
    int plain = LABEL_NAMES.size() - (oneIn(12) ? 0 : 3);
    int first = random.nextInt(plain);
    for (int i = first; i < Math.min(plain, first + random.nextInt(4)); i++) {
      labels.label(LABEL_NAMES.get(i), pick(TEXTS));
    }
    return labels.build();
  }

  private double number() {
    return switch (random.nextInt(3)) {
      case 0 -> NUMBERS[random.nextInt(NUMBERS.length)];
      case 1 -> random.nextInt(20_000_000) - 10_000_000;
      default -> Double.longBitsToDouble(random.nextLong());
    };
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
