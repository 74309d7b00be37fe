/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.internal.exposition.TextPage;
import dev.observe.internal.util.NanoClock;
import io.prometheus.metrics.model.registry.MetricNameFilter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DistributionDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Quantile;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** All metrics as JSON, with means, percentiles and rates. The schema is in docs/pages.md. */
public final class Report implements TextPage.Source {
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final Map<String, Double> PERCENTILES = percentiles();

  private static Map<String, Double> percentiles() {
    Map<String, Double> all = new LinkedHashMap<>();
    all.put("p50", 0.5);
    all.put("p75", 0.75);
    all.put("p95", 0.95);
    all.put("p99", 0.99);
    all.put("p999", 0.999);
    return all;
  }

  private final Function<Predicate<String>, MetricSnapshots> metrics;
  private final Rates rates = new Rates();
  private final LongSupplier nanoClock;
  private final InstantSource wallClock;

  Report(
      Function<Predicate<String>, MetricSnapshots> metrics,
      LongSupplier nanoClock,
      InstantSource wallClock) {
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    this.wallClock = wallClock;
  }

  /**
   * Creates a report.
   *
   * @param metrics returns the metrics whose names a filter accepts
   */
  public static Report create(Function<Predicate<String>, MetricSnapshots> metrics) {
    return new Report(metrics, NanoClock.SYSTEM, InstantSource.system());
  }

  /** Takes a sample for the rates. */
  void sample() {
    rates.sample(metrics.apply(rates::isSampled), nanoClock.getAsLong());
  }

  @Override
  public TextPage.Response respond(List<String> names) {
    Predicate<String> filter =
        names.isEmpty()
            ? MetricNameFilter.ALLOW_ALL
            : MetricNameFilter.builder().nameMustBeEqualTo(names).build();
    MetricSnapshots found = metrics.apply(filter);
    long now = nanoClock.getAsLong();
    JsonText json = new JsonText();
    json.beginObject().member("time", wallClock.instant().toString());
    json.name("metrics").beginArray();
    for (MetricSnapshot metric : found) {
      metric(json, metric, now);
    }
    json.endArray().endObject();
    return new TextPage.Response(200, "application/json", json + "\n");
  }

  private void metric(JsonText json, MetricSnapshot metric, long now) {
    String name = metric.getMetadata().getPrometheusName();
    json.beginObject();
    json.member("name", name);
    json.member("type", type(metric));
    json.member(
        "unit",
        metric.getMetadata().getUnit() == null ? null : "" + metric.getMetadata().getUnit());
    json.member("help", metric.getMetadata().getHelp());
    json.name("series").beginArray();
    for (DataPointSnapshot point : metric.getDataPoints()) {
      json.beginObject();
      json.member("labels", labels(point.getLabels()));
      if (point instanceof CounterDataPointSnapshot counter) {
        json.member("count", counter.getValue());
        rates(json, name, point, now);
      } else if (point instanceof GaugeDataPointSnapshot gauge) {
        json.member("value", gauge.getValue());
      } else if (point instanceof UnknownDataPointSnapshot unknown) {
        json.member("value", unknown.getValue());
      } else if (point instanceof DistributionDataPointSnapshot distribution) {
        distribution(json, distribution);
        rates(json, name, point, now);
      }
      json.endObject();
    }
    json.endArray().endObject();
  }

  private static String type(MetricSnapshot metric) {
    return metric.getClass().getSimpleName().replace("Snapshot", "").toLowerCase(Locale.ROOT);
  }

  private static Map<String, String> labels(Labels labels) {
    Map<String, String> all = new LinkedHashMap<>();
    for (Label label : labels) {
      all.put(label.getName(), label.getValue());
    }
    return all;
  }

  private static void distribution(JsonText json, DistributionDataPointSnapshot point) {
    double count = point.hasCount() ? point.getCount() : Double.NaN;
    double sum = point.hasSum() ? point.getSum() : Double.NaN;
    json.member("count", count).member("sum", sum);
    Distribution buckets =
        point instanceof HistogramDataPointSnapshot histogram ? Distribution.of(histogram) : null;
    json.member("min", buckets == null ? Double.NaN : buckets.min());
    json.member("max", buckets == null ? Double.NaN : buckets.max());
    json.member("mean", sum / count);
    PERCENTILES.forEach(
        (name, fraction) ->
            json.member(
                name,
                buckets == null ? summaryQuantile(point, fraction) : buckets.quantile(fraction)));
  }

  /** Returns a quantile of a summary, or NaN if the summary does not have this one. */
  private static double summaryQuantile(DistributionDataPointSnapshot point, double fraction) {
    if (point instanceof SummaryDataPointSnapshot summary) {
      for (Quantile quantile : summary.getQuantiles()) {
        if (Math.abs(quantile.getQuantile() - fraction) < 1e-9) {
          return quantile.getValue();
        }
      }
    }
    return Double.NaN;
  }

  private void rates(JsonText json, String name, DataPointSnapshot point, long now) {
    json.member("rate1m", rates.rate(name, point, MINUTE_NANOS, now));
    json.member("rate5m", rates.rate(name, point, 5 * MINUTE_NANOS, now));
    json.member("rate15m", rates.rate(name, point, 15 * MINUTE_NANOS, now));
  }
}
