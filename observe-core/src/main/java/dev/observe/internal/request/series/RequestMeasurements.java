/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import dev.observe.internal.config.Settings;
import dev.observe.internal.instrument.HistogramKind;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which figures of its requests a telemetry wants beside their duration, and where they go: into
 * histograms, onto spans, or both. By default it wants none.
 */
public final class RequestMeasurements {
  private final Set<MeasurementType> chosen;
  private final LongSupplier nanoClock;
  private final List<MeasurementHistogram> histograms;

  private RequestMeasurements(
      Set<MeasurementType> chosen, LongSupplier nanoClock, List<MeasurementHistogram> histograms) {
    this.chosen = chosen;
    this.nanoClock = nanoClock;
    this.histograms = List.copyOf(histograms);
  }

  /**
   * Returns the figures that are set.
   *
   * @param registry where there are request metrics already, or null without metrics
   * @throws IllegalArgumentException if the setting is not valid, or the registry holds metrics of
   *     the figures' names from elsewhere
   */
  public static RequestMeasurements from(
      Settings settings,
      @Nullable PrometheusRegistry registry,
      List<String> extraLabels,
      LongSupplier nanoClock) {
    Set<MeasurementType> chosen = MeasurementType.from(settings);
    List<MeasurementHistogram> histograms = new ArrayList<>();
    if (registry != null) {
      HistogramKind kind = HistogramKind.of(settings);
      try {
        for (MeasurementType type : chosen) {
          histograms.add(MeasurementHistogram.acquire(registry, type, extraLabels, kind));
        }
      } catch (IllegalArgumentException e) {
        release(registry, histograms);
        throw e;
      }
    }
    return new RequestMeasurements(chosen, nanoClock, histograms);
  }

  /** Whether there is nothing to measure. */
  public boolean isEmpty() {
    return chosen.isEmpty();
  }

  /** Returns what measures one request that began at {@code startNanos}, or null for nothing. */
  public @Nullable RequestMeter meter(long startNanos) {
    return chosen.isEmpty() ? null : new RequestMeter(chosen, nanoClock, startNanos);
  }

  /** Records what was measured, and returns whether the span has become an exemplar. */
  public boolean record(
      RequestMeter meter, Series series, @Nullable SpanContext sampled, long endEpochNanos) {
    boolean exemplar = false;
    for (MeasurementHistogram histogram : histograms) {
      long measured = meter.measured(histogram.type());
      if (measured >= 0) {
        double value = histogram.type().inUnit(measured);
        exemplar |= histogram.record(series, value, sampled, endEpochNanos);
      }
    }
    return exemplar;
  }

  /** Puts what was measured on a span. */
  public void describe(RequestMeter meter, Span span) {
    for (MeasurementType type : chosen) {
      long measured = meter.measured(type);
      if (measured < 0) {
        continue;
      }
      if (type.isTime()) {
        span.setAttribute(type.doubleKey, type.inUnit(measured));
      } else {
        span.setAttribute(type.longKey, measured);
      }
    }
  }

  /** Takes the histograms off a registry, unless somebody else records into them too. */
  public void release(PrometheusRegistry registry) {
    release(registry, histograms);
  }

  private static void release(PrometheusRegistry registry, List<MeasurementHistogram> histograms) {
    histograms.forEach(histogram -> histogram.release(registry));
  }
}
