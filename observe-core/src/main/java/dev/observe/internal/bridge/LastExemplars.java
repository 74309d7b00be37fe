/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import dev.observe.internal.exposition.SeriesKey;
import dev.observe.internal.instrument.HistogramKind;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the last exemplars of each series.
 *
 * <p>The SDK returns an exemplar only to the first collection: without this, a second Prometheus,
 * or a user who opens /report, would take exemplars away from the first.
 */
final class LastExemplars {
  private Map<SeriesKey, Exemplars> last = new HashMap<>();

  /** Adds the exemplars of earlier collections to the metrics; forgets series that are gone. */
  synchronized List<MetricSnapshot> addTo(Iterable<MetricSnapshot> metrics) {
    Map<SeriesKey, Exemplars> seen = new HashMap<>();
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

  private MetricSnapshot histogram(HistogramSnapshot metric, Map<SeriesKey, Exemplars> seen) {
    List<HistogramDataPointSnapshot> points = new ArrayList<>();
    for (HistogramDataPointSnapshot point : metric.getDataPoints()) {
      SeriesKey key = new SeriesKey(metric.getMetadata().getName(), point.getLabels());
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
      Exemplar exemplar = fresh != null ? fresh : before.get(lower, upper);
      if (exemplar != null) {
        merged.add(exemplar);
      }
      lower = upper;
    }
    return merged.isEmpty() ? Exemplars.EMPTY : Exemplars.of(merged);
  }

  private MetricSnapshot counter(CounterSnapshot metric, Map<SeriesKey, Exemplars> seen) {
    List<CounterDataPointSnapshot> points = new ArrayList<>();
    for (CounterDataPointSnapshot point : metric.getDataPoints()) {
      SeriesKey key = new SeriesKey(metric.getMetadata().getName(), point.getLabels());
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
