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
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.Locale;

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

  /** Sets the buckets of a histogram. */
  public Histogram.Builder apply(Histogram.Builder histogram, double... classicUpperBounds) {
    return switch (this) {
      case CLASSIC -> histogram.classicOnly().classicUpperBounds(classicUpperBounds);
      case NATIVE -> histogram.nativeOnly();
      case BOTH -> histogram.classicUpperBounds(classicUpperBounds);
    };
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
