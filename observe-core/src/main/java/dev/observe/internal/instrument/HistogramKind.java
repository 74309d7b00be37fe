/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import dev.observe.internal.config.Settings;
import dev.observe.internal.config.Settings.Setting;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.util.Locale;

/** The kind of buckets of the histograms that observe creates. */
public enum HistogramKind {
  /** The fixed buckets of the semantic conventions. */
  CLASSIC,
  /** Prometheus's native buckets, each 2 % wide; exposed in protobuf only. */
  NATIVE,
  /** Both, for Prometheus servers with and without native histograms. */
  BOTH;

  /** The property that sets the kind. */
  public static final String SETTING = "observe.metrics.histograms";

  /**
   * Returns the kind that is set; classic by default.
   *
   * @throws IllegalArgumentException if the setting has another value
   */
  public static HistogramKind of(Settings settings) {
    Setting setting = settings.find(SETTING);
    if (setting == null) {
      return CLASSIC;
    }
    for (HistogramKind kind : values()) {
      if (kind.name().toLowerCase(Locale.ROOT).equals(setting.value())) {
        return kind;
      }
    }
    throw setting.error("must be one of classic, native, both", "the default is classic");
  }

  /** Configures the buckets of a histogram. */
  public Histogram.Builder apply(Histogram.Builder histogram, double... classicUpperBounds) {
    return switch (this) {
      case CLASSIC -> histogram.classicOnly().classicUpperBounds(classicUpperBounds);
      case NATIVE -> histogram.nativeOnly();
      case BOTH -> histogram.classicUpperBounds(classicUpperBounds);
    };
  }

  /** Returns a copy of a point with other exemplars. */
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
