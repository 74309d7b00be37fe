/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;

/** A timer's durations, and for each bucket a sampled span that was current when it fell in it. */
public final class TimerHistogram implements Collector {
  private final Histogram histogram;
  private final BucketExemplars examples = new BucketExemplars(DurationBuckets.seconds());

  TimerHistogram(String name, HistogramKind kind) {
    Histogram.Builder builder =
        Histogram.builder().name(name).help("Duration of " + name + '.').unit(Unit.SECONDS);
    kind.apply(builder, DurationBuckets.seconds()).withoutExemplars();
    histogram = builder.build();
  }

  public void observe(double seconds) {
    histogram.observe(seconds);
    Span span = Span.current();
    SpanContext context = span.getSpanContext();
    if (context.isSampled() && examples.keep(seconds, context)) {
      BucketExemplars.mark(span);
    }
  }

  @Override
  public MetricSnapshot collect() {
    HistogramSnapshot plain = histogram.collect();
    HistogramSnapshot.Builder all =
        HistogramSnapshot.builder()
            .name(plain.getMetadata().getName())
            .help(plain.getMetadata().getHelp())
            .unit(Unit.SECONDS);
    for (HistogramDataPointSnapshot point : plain.getDataPoints()) {
      all.dataPoint(HistogramKind.withExemplars(point, examples.exemplars()));
    }
    return all.build();
  }

  @Override
  public String getPrometheusName() {
    return histogram.getPrometheusName();
  }
}
