/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import dev.observe.ThrowingRunnable;
import dev.observe.ThrowingSupplier;
import dev.observe.Timer;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A timer's histogram, with a sampled span as exemplar of each bucket. */
final class TimerHistogram implements Timer, Collector {
  private final Histogram histogram;
  private final LongSupplier nanoClock;
  private final BucketExemplars exemplars = new BucketExemplars(DurationBuckets.seconds());

  TimerHistogram(String name, HistogramKind kind, LongSupplier nanoClock) {
    this.histogram =
        kind.histogram(name, "Duration of " + name + '.', Unit.SECONDS, DurationBuckets.seconds());
    this.nanoClock = nanoClock;
  }

  @Override
  public <E extends Exception> void time(ThrowingRunnable<E> work) throws E {
    long start = nanoClock.getAsLong();
    try {
      work.run();
    } finally {
      observeNanos(nanoClock.getAsLong() - start);
    }
  }

  @Override
  public <T extends @Nullable Object, E extends Exception> T time(ThrowingSupplier<T, E> work)
      throws E {
    long start = nanoClock.getAsLong();
    try {
      return work.get();
    } finally {
      observeNanos(nanoClock.getAsLong() - start);
    }
  }

  @Override
  public <T extends @Nullable Object> T time(Callable<T> work) throws Exception {
    ThrowingSupplier<T, Exception> supplier = work::call;
    return time(supplier);
  }

  @Override
  public void record(Duration duration) {
    observe(duration.getSeconds() + duration.getNano() / 1e9);
  }

  private void observeNanos(long nanos) {
    observe(nanos / (double) TimeUnit.SECONDS.toNanos(1));
  }

  private void observe(double measuredSeconds) {
    double seconds = Math.max(0, measuredSeconds);
    histogram.observe(seconds);
    Span span = Span.current();
    SpanContext context = span.getSpanContext();
    if (context.isSampled() && exemplars.keep(seconds, context)) {
      BucketExemplars.mark(span);
    }
  }

  @Override
  public MetricSnapshot collect() {
    return HistogramKind.withExemplars(histogram.collect(), labels -> exemplars);
  }

  @Override
  public String getPrometheusName() {
    return histogram.getPrometheusName();
  }

  @Override
  public MetricType getMetricType() {
    return MetricType.HISTOGRAM;
  }
}
