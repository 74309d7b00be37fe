/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import dev.observe.internal.instrument.BucketExemplars;
import dev.observe.internal.instrument.HistogramKind;
import io.opentelemetry.api.trace.SpanContext;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The histogram of one measurement, with the labels of the request duration; one instance for a
 * registry.
 *
 * <p>It has no series that the duration lacks, so the bound of those holds here too. All methods
 * may be called by any thread.
 */
final class MeasurementHistogram implements MultiCollector {
  private record Point(DistributionDataPoint point, BucketExemplars exemplars) {}

  private final MeasurementType type;
  private final Histogram histogram;
  private final Map<Series, Point> points = new ConcurrentHashMap<>();

  private MeasurementHistogram(MeasurementType type, List<String> extraLabels, HistogramKind kind) {
    this.type = type;
    histogram =
        kind.histogram(
            type.metric, type.help, type.unit, type.upperBounds, RequestLabels.names(extraLabels));
  }

  /**
   * Returns the histogram of a measurement for a registry with request metrics.
   *
   * @throws IllegalArgumentException if the registry holds another metric of the same name
   */
  static MeasurementHistogram acquire(
      PrometheusRegistry registry,
      MeasurementType type,
      List<String> extraLabels,
      HistogramKind kind) {
    return type.registries.acquire(
        registry, () -> new MeasurementHistogram(type, extraLabels, kind));
  }

  /** Unregisters the histogram once each caller of {@link #acquire} has released it. */
  void release(PrometheusRegistry registry) {
    type.registries.release(registry);
  }

  MeasurementType type() {
    return type;
  }

  /**
   * Records a value of a request in {@code series} and returns whether its span became an exemplar.
   *
   * @param endEpochNanos used with a span only
   */
  boolean record(Series series, double value, @Nullable SpanContext sampled, long endEpochNanos) {
    Point point = points.get(series);
    if (point == null) {
      point = points.computeIfAbsent(series, this::point);
    }
    point.point.observe(value);
    if (sampled == null) {
      return false;
    }
    BucketExemplars exemplars = point.exemplars;
    return exemplars.keep(exemplars.bucket(value), value, sampled, endEpochNanos / 1_000_000);
  }

  private Point point(Series series) {
    return new Point(
        histogram.labelValues(series.key.values()), new BucketExemplars(type.upperBounds));
  }

  @Override
  public MetricSnapshots collect() {
    Map<Labels, BucketExemplars> exemplars = new HashMap<>();
    points.forEach((series, point) -> exemplars.put(series.labels, point.exemplars));
    return MetricSnapshots.of(HistogramKind.withExemplars(histogram.collect(), exemplars::get));
  }

  @Override
  public MetricType getMetricType(String prometheusName) {
    return MetricType.HISTOGRAM;
  }

  @Override
  public List<String> getPrometheusNames() {
    return List.of(type.metric);
  }
}
