/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import dev.observe.internal.util.RateLimitedLog;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.ExemplarData;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramBuckets;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramPointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongExemplarData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryPointData;
import io.opentelemetry.sdk.metrics.data.ValueAtQuantile;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Converts one collection of cumulative OpenTelemetry metrics to Prometheus metrics. */
final class InstrumentConverter {
  /** OpenMetrics limits the characters of an exemplar's labels, in names and values together. */
  private static final int MAX_EXEMPLAR_CHARACTERS = 128;

  /** The range of resolutions in Prometheus. */
  private static final int MIN_SCALE = -4;

  private static final int MAX_SCALE = 8;

  private final RateLimitedLog log;
  private final Map<String, Family> families = new LinkedHashMap<>();

  /** One metric of the page: instruments of several scopes may have the same name. */
  private record Family(MetricSnapshot.Builder<?> builder, @Nullable Unit unit) {}

  InstrumentConverter(RateLimitedLog log) {
    this.log = log;
  }

  /** Returns the metrics; one that Prometheus cannot have is omitted and logged. */
  List<MetricSnapshot> convert(Collection<MetricData> metrics) {
    for (MetricData metric : metrics) {
      try {
        add(metric);
      } catch (IllegalArgumentException e) {
        omitted(metric.getName(), e);
      }
    }
    List<MetricSnapshot> snapshots = new ArrayList<>();
    families.forEach(
        (name, family) -> {
          try {
            snapshots.add(family.builder.build());
          } catch (IllegalArgumentException e) {
            omitted(name, e);
          }
        });
    return snapshots;
  }

  private void omitted(String name, IllegalArgumentException e) {
    log.warn(
        "An OpenTelemetry metric does not fit the page and is omitted",
        name + ", " + RateLimitedLog.describe(e));
  }

  private void add(MetricData metric) {
    switch (metric.getType()) {
      case LONG_GAUGE ->
          addGauge(metric, metric.getLongGaugeData().getPoints(), LongPointData::getValue);
      case DOUBLE_GAUGE ->
          addGauge(metric, metric.getDoubleGaugeData().getPoints(), DoublePointData::getValue);
      case LONG_SUM -> addSum(metric, metric.getLongSumData(), LongPointData::getValue);
      case DOUBLE_SUM -> addSum(metric, metric.getDoubleSumData(), DoublePointData::getValue);
      case HISTOGRAM -> {
        HistogramSnapshot.Builder builder =
            family(metric, HistogramSnapshot.Builder.class, HistogramSnapshot::builder);
        for (HistogramPointData point : metric.getHistogramData().getPoints()) {
          builder.dataPoint(classic(metric, point));
        }
      }
      case EXPONENTIAL_HISTOGRAM -> {
        HistogramSnapshot.Builder builder =
            family(metric, HistogramSnapshot.Builder.class, HistogramSnapshot::builder);
        for (ExponentialHistogramPointData point :
            metric.getExponentialHistogramData().getPoints()) {
          builder.dataPoint(nativeHistogram(metric, point));
        }
      }
      case SUMMARY -> {
        SummarySnapshot.Builder builder =
            family(metric, SummarySnapshot.Builder.class, SummarySnapshot::builder);
        for (SummaryPointData point : metric.getSummaryData().getPoints()) {
          builder.dataPoint(summary(metric, point));
        }
      }
    }
  }

  /**
   * Returns the builder of the metric's name; the first instrument of a name decides its type.
   *
   * @throws IllegalArgumentException if the name belongs to another type or unit
   */
  private <B extends MetricSnapshot.Builder<B>> B family(
      MetricData metric, Class<B> type, Supplier<B> maker) {
    Unit unit = PrometheusNames.unit(metric.getUnit());
    String name = PrometheusNames.metric(metric.getName(), unit);
    Family family = families.get(name);
    if (family == null) {
      B builder = maker.get().name(name).help(metric.getDescription()).unit(unit);
      families.put(name, new Family(builder, unit));
      return builder;
    }
    if (!type.isInstance(family.builder)) {
      throw new IllegalArgumentException("another instrument of this name has another type");
    }
    if (!String.valueOf(unit).equals(String.valueOf(family.unit))) {
      throw new IllegalArgumentException("another instrument of this name has another unit");
    }
    return type.cast(family.builder);
  }

  private <P extends PointData> void addSum(
      MetricData metric, SumData<P> sum, ToDoubleFunction<P> value) {
    if (!sum.isMonotonic()) {
      addGauge(metric, sum.getPoints(), value);
      return;
    }
    CounterSnapshot.Builder builder =
        family(metric, CounterSnapshot.Builder.class, CounterSnapshot::builder);
    for (P point : sum.getPoints()) {
      builder.dataPoint(counter(metric, point, value.applyAsDouble(point)));
    }
  }

  private <P extends PointData> void addGauge(
      MetricData metric, Collection<P> points, ToDoubleFunction<P> value) {
    GaugeSnapshot.Builder builder =
        family(metric, GaugeSnapshot.Builder.class, GaugeSnapshot::builder);
    for (P point : points) {
      builder.dataPoint(gauge(metric, point, value.applyAsDouble(point)));
    }
  }

  private static GaugeDataPointSnapshot gauge(MetricData metric, PointData point, double value) {
    return new GaugeDataPointSnapshot(value, labels(metric, point), first(point));
  }

  private static CounterDataPointSnapshot counter(
      MetricData metric, PointData point, double value) {
    return new CounterDataPointSnapshot(
        value, labels(metric, point), first(point), millis(point.getStartEpochNanos()));
  }

  private static HistogramDataPointSnapshot classic(MetricData metric, HistogramPointData point) {
    List<Double> bounds = new ArrayList<>(point.getBoundaries());
    bounds.add(Double.POSITIVE_INFINITY);
    return new HistogramDataPointSnapshot(
        ClassicHistogramBuckets.of(bounds, point.getCounts()),
        point.getSum(),
        labels(metric, point),
        exemplars(point),
        millis(point.getStartEpochNanos()));
  }

  private static HistogramDataPointSnapshot nativeHistogram(
      MetricData metric, ExponentialHistogramPointData point) {
    if (point.getScale() < MIN_SCALE) {
      throw new IllegalArgumentException("its buckets are too wide for Prometheus");
    }
    int shift = Math.max(0, point.getScale() - MAX_SCALE);
    return new HistogramDataPointSnapshot(
        point.getScale() - shift,
        point.getZeroCount(),
        0,
        buckets(point.getPositiveBuckets(), shift),
        buckets(point.getNegativeBuckets(), shift),
        point.getSum(),
        labels(metric, point),
        exemplars(point),
        millis(point.getStartEpochNanos()));
  }

  /** Merges {@code 2^shift} neighbours into one bucket. */
  private static NativeHistogramBuckets buckets(ExponentialHistogramBuckets dense, int shift) {
    Map<Integer, Long> counts = new TreeMap<>();
    int index = dense.getOffset();
    for (long count : dense.getBucketCounts()) {
      // In Prometheus the index of a bucket is that of its upper bound.
      counts.merge((index++ >> shift) + 1, count, Long::sum);
    }
    return counts.isEmpty()
        ? NativeHistogramBuckets.EMPTY
        : NativeHistogramBuckets.of(List.copyOf(counts.keySet()), List.copyOf(counts.values()));
  }

  private static SummaryDataPointSnapshot summary(MetricData metric, SummaryPointData point) {
    List<Quantile> quantiles = new ArrayList<>();
    for (ValueAtQuantile value : point.getValues()) {
      quantiles.add(new Quantile(value.getQuantile(), value.getValue()));
    }
    return new SummaryDataPointSnapshot(
        point.getCount(),
        point.getSum(),
        Quantiles.of(quantiles),
        labels(metric, point),
        Exemplars.EMPTY,
        millis(point.getStartEpochNanos()));
  }

  private static Labels labels(MetricData metric, PointData point) {
    Map<String, String> labels = labels(point.getAttributes());
    InstrumentationScopeInfo scope = metric.getInstrumentationScopeInfo();
    labels.putIfAbsent("otel_scope_name", scope.getName());
    if (scope.getVersion() != null) {
      labels.putIfAbsent("otel_scope_version", scope.getVersion());
    }
    if (scope.getSchemaUrl() != null) {
      labels.putIfAbsent("otel_scope_schema_url", scope.getSchemaUrl());
    }
    labels(scope.getAttributes())
        .forEach((name, value) -> labels.putIfAbsent("otel_scope_" + name, value));
    return of(labels);
  }

  private static Map<String, String> labels(Attributes attributes) {
    Map<String, String> labels = new TreeMap<>();
    attributes.forEach(
        (key, value) ->
            // If two attributes become one label, it has both values, as the specification
            // requires.
            labels.merge(
                PrometheusNames.label(key.getKey()),
                AttributeText.of(value),
                (one, other) -> one + ";" + other));
    return labels;
  }

  private static Labels of(Map<String, String> labels) {
    return Labels.of(
        labels.keySet().toArray(String[]::new), labels.values().toArray(String[]::new));
  }

  private static @Nullable Exemplar first(PointData point) {
    List<? extends ExemplarData> exemplars = point.getExemplars();
    return exemplars.isEmpty() ? null : exemplar(exemplars.get(0));
  }

  private static Exemplars exemplars(PointData point) {
    List<Exemplar> exemplars = new ArrayList<>();
    point.getExemplars().forEach(exemplar -> exemplars.add(exemplar(exemplar)));
    return Exemplars.of(exemplars);
  }

  private static Exemplar exemplar(ExemplarData exemplar) {
    Map<String, String> span = new TreeMap<>();
    SpanContext context = exemplar.getSpanContext();
    if (context.isValid()) {
      span.put(Exemplar.TRACE_ID, context.getTraceId());
      span.put(Exemplar.SPAN_ID, context.getSpanId());
    }
    Map<String, String> labels = labels(exemplar.getFilteredAttributes());
    labels.putAll(span);
    return new Exemplar(
        exemplar instanceof LongExemplarData number
            ? (double) number.getValue()
            : ((DoubleExemplarData) exemplar).getValue(),
        of(length(labels) > MAX_EXEMPLAR_CHARACTERS ? span : labels),
        millis(exemplar.getEpochNanos()));
  }

  private static int length(Map<String, String> labels) {
    return labels.entrySet().stream()
        .mapToInt(label -> (int) (label.getKey() + label.getValue()).codePoints().count())
        .sum();
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
