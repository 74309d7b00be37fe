/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import dev.observe.config.Settings;
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
final class RequestFigures {
  private final Set<RequestFigure> chosen;
  private final LongSupplier nanoClock;
  private final List<FigureHistogram> histograms;

  private RequestFigures(
      Set<RequestFigure> chosen, LongSupplier nanoClock, List<FigureHistogram> histograms) {
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
  static RequestFigures from(
      Settings settings,
      @Nullable PrometheusRegistry registry,
      List<String> extraLabels,
      LongSupplier nanoClock) {
    Set<RequestFigure> chosen = RequestFigure.from(settings);
    List<FigureHistogram> histograms = new ArrayList<>();
    if (registry != null) {
      HistogramKind kind = HistogramKind.of(settings);
      try {
        for (RequestFigure figure : chosen) {
          histograms.add(FigureHistogram.acquire(registry, figure, extraLabels, kind));
        }
      } catch (IllegalArgumentException e) {
        release(registry, histograms);
        throw e;
      }
    }
    return new RequestFigures(chosen, nanoClock, histograms);
  }

  /** Whether there is nothing to measure. */
  boolean isEmpty() {
    return chosen.isEmpty();
  }

  /** Returns what measures one request that began at {@code startNanos}, or null for nothing. */
  @Nullable RequestMeter meter(long startNanos) {
    return chosen.isEmpty() ? null : new RequestMeter(chosen, nanoClock, startNanos);
  }

  /** Records what was measured, and returns whether the span has become an exemplar. */
  boolean record(
      RequestMeter meter, Series series, @Nullable SpanContext sampled, long endEpochNanos) {
    boolean exemplar = false;
    for (FigureHistogram histogram : histograms) {
      long measured = meter.measured(histogram.figure());
      if (measured >= 0) {
        double value = histogram.figure().inUnit(measured);
        exemplar |= histogram.record(series, value, sampled, endEpochNanos);
      }
    }
    return exemplar;
  }

  /** Puts what was measured on a span. */
  void describe(RequestMeter meter, Span span) {
    for (RequestFigure figure : chosen) {
      long measured = meter.measured(figure);
      if (measured < 0) {
        continue;
      }
      if (figure.isTime()) {
        span.setAttribute(figure.doubleKey, figure.inUnit(measured));
      } else {
        span.setAttribute(figure.longKey, measured);
      }
    }
  }

  /** Takes the histograms off a registry, unless somebody else records into them too. */
  void release(PrometheusRegistry registry) {
    release(registry, histograms);
  }

  private static void release(PrometheusRegistry registry, List<FigureHistogram> histograms) {
    histograms.forEach(histogram -> histogram.release(registry));
  }
}
