/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import dev.observe.internal.instrument.HistogramKind;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last exemplars of each series.
 *
 * <p>OpenTelemetry hands an exemplar to whoever collects first, and to nobody after: a second
 * Prometheus, or a person who looks at /report, would take it from the first.
 */
final class LastExemplars {
  /**
   * By hand what a record would have made of itself at run time: the JDK's caches then hold on to
   * the class loader of a redeployed application.
   */
  private record Key(String metric, Labels labels) {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && metric.equals(key.metric) && labels.equals(key.labels);
    }

    @Override
    public int hashCode() {
      return 31 * metric.hashCode() + labels.hashCode();
    }
  }

  private Map<Key, Exemplars> last = new HashMap<>();

  /** Returns the metrics with what exemplars earlier collections had; forgets series that left. */
  synchronized List<MetricSnapshot> addTo(Iterable<MetricSnapshot> metrics) {
    Map<Key, Exemplars> seen = new HashMap<>();
    List<MetricSnapshot> all = new ArrayList<>();
    for (MetricSnapshot metric : metrics) {
      if (metric instanceof HistogramSnapshot histogram) {
        all.add(histogram(histogram, seen));
      } else if (metric instanceof CounterSnapshot counter) {
        all.add(counter(counter, seen));
      } else {
        all.add(metric);
      }
    }
    last = seen;
    return all;
  }

  private MetricSnapshot histogram(HistogramSnapshot metric, Map<Key, Exemplars> seen) {
    List<HistogramDataPointSnapshot> points = new ArrayList<>();
    for (HistogramDataPointSnapshot point : metric.getDataPoints()) {
      Key key = new Key(metric.getMetadata().getName(), point.getLabels());
      Exemplars merged = merged(point, last.getOrDefault(key, Exemplars.EMPTY));
      seen.put(key, merged);
      points.add(HistogramKind.withExemplars(point, merged));
    }
    return new HistogramSnapshot(metric.isGaugeHistogram(), metric.getMetadata(), points);
  }

  private static Exemplars merged(HistogramDataPointSnapshot point, Exemplars before) {
    Exemplars now = point.getExemplars();
    ClassicHistogramBuckets buckets = point.getClassicBuckets();
    if (buckets.isEmpty()) {
      return now.size() > 0 ? now : before;
    }
    List<Exemplar> merged = new ArrayList<>();
    double lower = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < buckets.size(); i++) {
      double upper = buckets.getUpperBound(i);
      Exemplar fresh = now.get(lower, upper);
      Exemplar one = fresh != null ? fresh : before.get(lower, upper);
      if (one != null) {
        merged.add(one);
      }
      lower = upper;
    }
    return merged.isEmpty() ? Exemplars.EMPTY : Exemplars.of(merged);
  }

  private MetricSnapshot counter(CounterSnapshot metric, Map<Key, Exemplars> seen) {
    List<CounterDataPointSnapshot> points = new ArrayList<>();
    for (CounterDataPointSnapshot point : metric.getDataPoints()) {
      Key key = new Key(metric.getMetadata().getName(), point.getLabels());
      Exemplar exemplar = point.getExemplar();
      Exemplars kept =
          exemplar == null ? last.getOrDefault(key, Exemplars.EMPTY) : Exemplars.of(exemplar);
      seen.put(key, kept);
      points.add(
          new CounterDataPointSnapshot(
              point.getValue(), point.getLabels(), first(kept), point.getCreatedTimestampMillis()));
    }
    return new CounterSnapshot(metric.getMetadata(), points);
  }

  private static @Nullable Exemplar first(Exemplars exemplars) {
    return exemplars.size() == 0 ? null : exemplars.get(0);
  }
}
