/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import dev.observe.config.Settings;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.Function;

/** The metrics of this package, as a whole. */
public final class HttpMetrics {
  private static final PerRegistry<RequestMetrics> SERVER = new PerRegistry<>();
  private static final PerRegistry<ClientMetrics> CLIENT = new PerRegistry<>();

  /** Servers and clients share one: a registry takes its name once. */
  private static final PerRegistry<SeriesOverflow> OVERFLOW = new PerRegistry<>();

  /** What was said of a registry where it was started, for who records into it. */
  private static final Map<PrometheusRegistry, HistogramKind> HISTOGRAMS =
      Collections.synchronizedMap(new WeakHashMap<>());

  /** The boundaries that the conventions ask for (http-metrics.md), in seconds. */
  static final double[] BUCKETS = {
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
  };

  private HttpMetrics() {}

  /** Returns the boundaries that the conventions give the durations of requests, in seconds. */
  public static double[] buckets() {
    return BUCKETS.clone();
  }

  /** Gives the histograms that are yet to be made for a registry these buckets. */
  public static void use(PrometheusRegistry registry, HistogramKind kind) {
    HISTOGRAMS.put(registry, kind);
  }

  /**
   * Returns the buckets that the histograms of a registry are to have: what the filter's or the
   * client's own settings say, else what was said of the registry.
   */
  static HistogramKind histograms(PrometheusRegistry registry, Settings settings) {
    HistogramKind said = HISTOGRAMS.get(registry);
    return said != null && settings.find(HistogramKind.SETTING) == null
        ? said
        : HistogramKind.of(settings);
  }

  /**
   * Returns the request metrics of a registry.
   *
   * @throws IllegalArgumentException if the registry holds metrics of their names from elsewhere,
   *     or another filter has started them with other labels
   */
  static RequestMetrics server(
      PrometheusRegistry registry, List<String> extraLabels, HistogramKind kind) {
    CurrentSpan.supply();
    RequestMetrics metrics =
        acquire(SERVER, registry, overflow -> new RequestMetrics(extraLabels, kind, overflow));
    if (!metrics.extraLabels().equals(extraLabels)) {
      releaseServer(registry);
      throw new IllegalArgumentException(
          "labels must be the same for all filters of a registry, was "
              + extraLabels
              + " after "
              + metrics.extraLabels()
              + "; give them to each, or use a registry of its own");
    }
    return metrics;
  }

  /** Takes the request metrics off a registry once each that asked for them has released them. */
  static void releaseServer(PrometheusRegistry registry) {
    SERVER.release(registry);
    OVERFLOW.release(registry);
  }

  /** Returns the client metrics of a registry. */
  static ClientMetrics client(PrometheusRegistry registry, HistogramKind kind) {
    return acquire(CLIENT, registry, overflow -> new ClientMetrics(kind, overflow));
  }

  private static <T extends MultiCollector> T acquire(
      PerRegistry<T> kind, PrometheusRegistry registry, Function<SeriesOverflow, T> maker) {
    SeriesOverflow overflow =
        OVERFLOW.acquire(registry, () -> new SeriesOverflow(System::nanoTime));
    try {
      return kind.acquire(registry, () -> maker.apply(overflow));
    } catch (IllegalArgumentException e) {
      OVERFLOW.release(registry);
      throw e;
    }
  }

  /**
   * Takes the metrics of servers and clients off a registry. Filters and clients that still record
   * do so where nobody sees it.
   */
  public static void unregister(PrometheusRegistry registry) {
    FigureHistogram.unregister(registry);
    SERVER.remove(registry);
    CLIENT.remove(registry);
    OVERFLOW.remove(registry);
    HISTOGRAMS.remove(registry);
  }
}
