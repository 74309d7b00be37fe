/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import io.opentelemetry.api.trace.SpanContext;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** One time series of the request histogram, and for each bucket a sampled span that fell in it. */
final class Series {
  /** An exemplar leads to an example, so a fresh one each second is enough; the rest is waste. */
  private static final long EXEMPLAR_MILLIS = 1_000;

  private record Example(String traceId, String spanId, double seconds, long atMillis) {}

  final RequestLabels key;
  final Labels labels;
  private final DistributionDataPoint point;
  private final double[] upperBounds;
  private final AtomicReferenceArray<@Nullable Example> examples;

  Series(RequestLabels key, String[] names, DistributionDataPoint point, double[] upperBounds) {
    // A copy: the key handed in is a living exchange.
    this.key = key.withRoute(key.route);
    this.labels = Labels.of(names, key.values());
    this.point = point;
    this.upperBounds = upperBounds;
    this.examples = new AtomicReferenceArray<>(upperBounds.length + 1);
  }

  void observe(long durationNanos, @Nullable SpanContext sampled) {
    double seconds = durationNanos / 1e9;
    point.observe(seconds);
    if (sampled != null) {
      keepExample(seconds, sampled);
    }
  }

  private void keepExample(double seconds, SpanContext span) {
    int bucket = 0;
    while (bucket < upperBounds.length && seconds > upperBounds[bucket]) {
      bucket++;
    }
    Example last = examples.get(bucket);
    long now = System.currentTimeMillis();
    if (last == null || now - last.atMillis() >= EXEMPLAR_MILLIS) {
      examples.set(bucket, new Example(span.getTraceId(), span.getSpanId(), seconds, now));
    }
  }

  Exemplars exemplars() {
    List<Exemplar> found = new ArrayList<>();
    for (int i = 0; i < examples.length(); i++) {
      Example example = examples.get(i);
      if (example != null) {
        found.add(
            Exemplar.builder()
                .traceId(example.traceId())
                .spanId(example.spanId())
                .value(example.seconds())
                .timestampMillis(example.atMillis())
                .build());
      }
    }
    return found.isEmpty() ? Exemplars.EMPTY : Exemplars.of(found);
  }
}
