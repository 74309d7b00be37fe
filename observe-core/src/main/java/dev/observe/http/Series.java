/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import io.opentelemetry.api.trace.SpanContext;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.Labels;
import org.jspecify.annotations.Nullable;

/** One time series of the request histogram, and for each bucket a sampled span that fell in it. */
final class Series {
  final RequestLabels key;
  final Labels labels;
  private final DistributionDataPoint point;
  private final BucketExamples examples;

  Series(RequestLabels key, String[] names, DistributionDataPoint point, double[] upperBounds) {
    // A copy: the key handed in is a living exchange.
    this.key = key.withRoute(key.route);
    this.labels = Labels.of(names, key.values());
    this.point = point;
    this.examples = new BucketExamples(upperBounds);
  }

  /**
   * Records a request, and returns whether its span has become an exemplar; the time of its end is
   * only asked for with a span.
   */
  boolean observe(long durationNanos, @Nullable SpanContext sampled, long endEpochNanos) {
    double seconds = durationNanos / 1e9;
    point.observe(seconds);
    return sampled != null && examples.keep(seconds, sampled, endEpochNanos / 1_000_000);
  }

  Exemplars exemplars() {
    return examples.exemplars();
  }
}
