/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Converts Prometheus metrics, read at one time, to cumulative OpenTelemetry metrics. */
final class MetricConverter {
  private static final InstrumentationScopeInfo SCOPE =
      InstrumentationScopeInfo.create("dev.observe");

  /** Base units, as OpenTelemetry abbreviates them (UCUM). */
  private static final Map<String, String> UNITS =
      Map.of("seconds", "s", "bytes", "By", "ratio", "1", "celsius", "Cel", "meters", "m");

  private final Resource resource;
  private final long startNanos;
  private final long nowNanos;

  MetricConverter(Resource resource, long startNanos, long nowNanos) {
    this.resource = resource;
    this.startNanos = startNanos;
    this.nowNanos = nowNanos;
  }

  /** Returns the converted metric, or null if OpenTelemetry has no such type. */
  @Nullable MetricData convert(MetricSnapshot metric) {
    if (metric instanceof CounterSnapshot counter) {
      return data(
          metric,
          MetricDataType.DOUBLE_SUM,
          SumData.createDoubleSumData(
              true,
              AggregationTemporality.CUMULATIVE,
              points(counter.getDataPoints(), point -> point.getValue())));
    }
    if (metric instanceof GaugeSnapshot gauge) {
      return gauge(metric, points(gauge.getDataPoints(), point -> point.getValue()));
    }
    if (metric instanceof UnknownSnapshot unknown) {
      return gauge(metric, points(unknown.getDataPoints(), point -> point.getValue()));
    }
    if (metric instanceof InfoSnapshot info) {
      return gauge(metric, points(info.getDataPoints(), point -> 1));
    }
    if (metric instanceof HistogramSnapshot histogram && !histogram.isGaugeHistogram()) {
      return histogram(histogram);
    }
    if (metric instanceof SummarySnapshot summary) {
      List<SummaryPointData> points = new ArrayList<>();
      summary.getDataPoints().forEach(point -> points.add(summary(point)));
      return data(metric, MetricDataType.SUMMARY, SummaryData.create(points));
    }
    return null;
  }

  private <P extends DataPointSnapshot> List<DoublePointData> points(
      List<P> snapshots, ToDoubleFunction<P> value) {
    List<DoublePointData> points = new ArrayList<>();
    for (P point : snapshots) {
      points.add(
          DoublePointData.create(
              start(point),
              nowNanos,
              attributes(point.getLabels()),
              value.applyAsDouble(point),
              exemplars(point)));
    }
    return points;
  }

  private List<DoubleExemplarData> exemplars(DataPointSnapshot point) {
    Exemplar exemplar =
        point instanceof CounterDataPointSnapshot counter ? counter.getExemplar() : null;
    return exemplar == null ? List.of() : List.of(ExemplarConverter.convert(exemplar, nowNanos));
  }

  private MetricData gauge(MetricSnapshot metric, List<DoublePointData> points) {
    return data(metric, MetricDataType.DOUBLE_GAUGE, GaugeData.createDoubleGaugeData(points));
  }

  private MetricData histogram(HistogramSnapshot metric) {
    List<HistogramDataPointSnapshot> points = metric.getDataPoints();
    // A metric has one type: native buckets are preferred, as they are finer.
    if (points.stream().anyMatch(HistogramDataPointSnapshot::hasNativeHistogramData)) {
      return data(
          metric,
          MetricDataType.EXPONENTIAL_HISTOGRAM,
          ExponentialHistogramData.create(
              AggregationTemporality.CUMULATIVE,
              points.stream()
                  .filter(HistogramDataPointSnapshot::hasNativeHistogramData)
                  .map(
                      point ->
                          HistogramConverter.exponential(
                              point, start(point), nowNanos, attributes(point.getLabels())))
                  .toList()));
    }
    return data(
        metric,
        MetricDataType.HISTOGRAM,
        HistogramData.create(
            AggregationTemporality.CUMULATIVE,
            points.stream()
                .map(
                    point ->
                        HistogramConverter.classic(
                            point, start(point), nowNanos, attributes(point.getLabels())))
                .toList()));
  }

  private SummaryPointData summary(SummaryDataPointSnapshot point) {
    List<ValueAtQuantile> quantiles = new ArrayList<>();
    for (Quantile quantile : point.getQuantiles()) {
      quantiles.add(ValueAtQuantile.create(quantile.getQuantile(), quantile.getValue()));
    }
    return SummaryPointData.create(
        start(point),
        nowNanos,
        attributes(point.getLabels()),
        point.hasCount() ? point.getCount() : 0,
        point.hasSum() ? point.getSum() : 0,
        quantiles);
  }

  private long start(DataPointSnapshot point) {
    return point.hasCreatedTimestamp()
        ? TimeUnit.MILLISECONDS.toNanos(point.getCreatedTimestampMillis())
        : startNanos;
  }

  /** In Prometheus, a label with an empty value is the same as no label. */
  private static Attributes attributes(Labels labels) {
    AttributesBuilder attributes = Attributes.builder();
    for (Label label : labels) {
      if (!label.getValue().isEmpty()) {
        attributes.put(label.getName(), label.getValue());
      }
    }
    return attributes.build();
  }

  private MetricData data(MetricSnapshot metric, MetricDataType type, Data<?> data) {
    MetricMetadata metadata = metric.getMetadata();
    String unit = metadata.getUnit() == null ? "" : metadata.getUnit().toString();
    String name = metadata.getPrometheusName();
    if (metric instanceof InfoSnapshot) {
      name += "_info";
    }
    // A translation back to Prometheus appends the unit to the name.
    if (!unit.isEmpty() && name.endsWith("_" + unit)) {
      name = name.substring(0, name.length() - unit.length() - 1);
    }
    String help = metadata.getHelp() == null ? "" : metadata.getHelp();
    return new ConvertedMetric(
        resource, SCOPE, name, help, UNITS.getOrDefault(unit, unit), type, data);
  }

  private record ConvertedMetric(
      Resource getResource,
      InstrumentationScopeInfo getInstrumentationScopeInfo,
      String getName,
      String getDescription,
      String getUnit,
      MetricDataType getType,
      Data<?> getData)
      implements MetricData {}
}
