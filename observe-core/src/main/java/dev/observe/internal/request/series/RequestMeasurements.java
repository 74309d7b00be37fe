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

/** Records the chosen measurements of requests into histograms, spans or both; none by default. */
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
   * Returns the measurements that are set.
   *
   * @param registry a registry with request metrics, or null without metrics
   * @throws IllegalArgumentException if the setting is not valid, or the registry holds other
   *     metrics of the same names
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

  /** Returns whether no measurement is chosen. */
  public boolean isEmpty() {
    return chosen.isEmpty();
  }

  /** Returns the meter of a request that began at {@code startNanos}, or null without any. */
  public @Nullable RequestMeter meter(long startNanos) {
    return chosen.isEmpty() ? null : new RequestMeter(chosen, nanoClock, startNanos);
  }

  /** Records the measurements and returns whether the span became an exemplar. */
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

  /** Adds the measurements to a span. */
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

  /** Unregisters the histograms, unless another telemetry records into them. */
  public void release(PrometheusRegistry registry) {
    release(registry, histograms);
  }

  private static void release(PrometheusRegistry registry, List<MeasurementHistogram> histograms) {
    histograms.forEach(histogram -> histogram.release(registry));
  }
}
