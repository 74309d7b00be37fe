/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusProtobufWriter;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The kind of buckets of the histograms that observe creates. */
public enum HistogramKind {
  /** The bounds of the semantic conventions. */
  CLASSIC,
  /** Native histograms of Prometheus, with buckets 2 % wide, which only protobuf contains. */
  NATIVE,
  /** Both, for Prometheus servers with and without native histograms. */
  BOTH;

  private static final String PROTOBUF_JAR = "io.prometheus:prometheus-metrics-exposition-formats";

  /**
   * Returns the kind in the settings; classic by default.
   *
   * @throws IllegalArgumentException if the value is not valid, or if it is for native histograms
   *     without the jar that writes them
   */
  public static HistogramKind of(Settings settings) {
    HistogramKind kind = valueOf(settings.get(Setting.HISTOGRAMS).toUpperCase(Locale.ROOT));
    SettingValue set = settings.find(Setting.HISTOGRAMS);
    if (set != null && kind != CLASSIC && !new PrometheusProtobufWriter().isAvailable()) {
      throw set.error(
          "must be classic without the jar that writes native histograms as protobuf",
          "add the dependency " + PROTOBUF_JAR + " in the version of prometheus-metrics-core");
    }
    return kind;
  }

  /** Returns a histogram whose exemplars are kept elsewhere, in {@link BucketExemplars}. */
  public Histogram histogram(
      String name, String help, Unit unit, double[] classicUpperBounds, String... labelNames) {
    Histogram.Builder histogram =
        Histogram.builder()
            .name(name)
            .help(help)
            .unit(unit)
            .labelNames(labelNames)
            .withoutExemplars();
    switch (this) {
      case CLASSIC -> histogram.classicOnly().classicUpperBounds(classicUpperBounds);
      case NATIVE -> histogram.nativeOnly();
      case BOTH -> histogram.classicUpperBounds(classicUpperBounds);
    }
    return histogram.build();
  }

  /** Returns a copy of a histogram with exemplars in each series that has some. */
  public static HistogramSnapshot withExemplars(
      HistogramSnapshot plain, Function<Labels, @Nullable BucketExemplars> exemplars) {
    List<HistogramDataPointSnapshot> points = new ArrayList<>();
    for (HistogramDataPointSnapshot point : plain.getDataPoints()) {
      BucketExemplars kept = exemplars.apply(point.getLabels());
      points.add(kept == null ? point : withExemplars(point, kept.exemplars()));
    }
    return new HistogramSnapshot(plain.getMetadata(), points);
  }

  /** Returns a copy of a point with these exemplars. */
  public static HistogramDataPointSnapshot withExemplars(
      HistogramDataPointSnapshot point, Exemplars exemplars) {
    return new HistogramDataPointSnapshot(
        point.getClassicBuckets(),
        point.getNativeSchema(),
        point.getNativeZeroCount(),
        point.getNativeZeroThreshold(),
        point.getNativeBucketsForPositiveValues(),
        point.getNativeBucketsForNegativeValues(),
        point.getSum(),
        point.getLabels(),
        exemplars,
        point.getCreatedTimestampMillis());
  }
}
