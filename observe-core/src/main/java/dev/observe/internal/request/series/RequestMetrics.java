/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import dev.observe.internal.instrument.CurrentSpanContext;
import dev.observe.internal.instrument.DurationBuckets;
import dev.observe.internal.instrument.HistogramKind;
import dev.observe.internal.instrument.PerRegistry;
import dev.observe.internal.instrument.RegistryMetrics;
import dev.observe.internal.instrument.SeriesOverflow;
import dev.observe.internal.semconv.Scheme;
import dev.observe.internal.util.Snapshots;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of served requests: their duration and number, and the number of active ones.
 *
 * <p>All filters of a registry share one instance. All methods may be called by any thread.
 */
public final class RequestMetrics implements MultiCollector {
  public static final String DURATION = "http_server_request_duration_seconds";
  public static final String REQUESTS = "http_server_requests";
  public static final String ACTIVE = "http_server_active_requests";
  public static final String INTERNAL_ERRORS = "observe_internal_errors";

  private static final String GET = "GET";

  private static final PerRegistry<RequestMetrics> ALL = new PerRegistry<>();

  private final List<String> extraLabels;
  private final SeriesTable series;
  private final SeriesOverflow overflow;

  /*
   * The number of started requests, by method and scheme. Each ends in a series of the same method
   * and scheme, so the active requests are the started ones minus the counts of the series, and
   * an end needs no counter.
   */
  private final Map<String, LongAdder[]> started = new ConcurrentHashMap<>();

  /** The entry of {@link #started} for {@code GET}, which most requests use; null before. */
  private volatile LongAdder @Nullable [] startedGets;

  private final LongAdder internalErrors = new LongAdder();

  /**
   * Returns the request metrics of a registry.
   *
   * @throws IllegalArgumentException if the registry holds other metrics of the same names, or the
   *     request metrics with other labels
   */
  public static RequestMetrics acquire(
      PrometheusRegistry registry, List<String> extraLabels, HistogramKind kind) {
    CurrentSpanContext.supply();
    RequestMetrics metrics =
        RegistryMetrics.acquire(
            ALL, registry, overflow -> new RequestMetrics(extraLabels, kind, overflow));
    if (!metrics.extraLabels().equals(extraLabels)) {
      release(registry);
      throw new IllegalArgumentException(
          "labels must be the same for all filters of a registry, was "
              + extraLabels
              + " after "
              + metrics.extraLabels()
              + "; add the labels to each filter, or use a separate registry");
    }
    return metrics;
  }

  /** Unregisters the request metrics once each caller of acquire has released them. */
  public static void release(PrometheusRegistry registry) {
    RegistryMetrics.release(ALL, registry);
  }

  RequestMetrics(List<String> extraLabels, HistogramKind kind, SeriesOverflow overflow) {
    this.extraLabels = List.copyOf(extraLabels);
    this.overflow = overflow;
    overflow.show(DURATION, RequestLabels.ROUTE);
    for (String label : extraLabels) {
      overflow.show(DURATION, label);
    }
    Histogram duration =
        kind.histogram(
            DURATION,
            "Duration of HTTP server requests.",
            Unit.SECONDS,
            DurationBuckets.seconds(),
            RequestLabels.names(extraLabels));
    series =
        new SeriesTable(
            duration, kind, extraLabels, DurationBuckets.seconds(), overflow, this::countAsOther);
  }

  List<String> extraLabels() {
    return extraLabels;
  }

  /** Counts a request as active until its series counts it; returns the counter. */
  public LongAdder start(String method, String scheme) {
    LongAdder count = started(method, scheme);
    count.increment();
    return count;
  }

  /** Returns the counter of started requests of a method and a scheme. */
  public LongAdder started(String method, String scheme) {
    LongAdder[] counts = method.equals(GET) ? startedGets : started.get(method);
    if (counts == null) {
      counts = newCounts();
      // A lambda would load a class during the first request.
      LongAdder[] others = started.putIfAbsent(method, counts);
      counts = others == null ? counts : others;
      startedGets = started.get(GET);
    }
    return counts[Scheme.index(scheme)];
  }

  /** Corrects the counter of a started request that cannot be recorded in a series. */
  public static void lost(LongAdder started) {
    started.decrement();
  }

  /** Corrects the counters of a request that is recorded under another method or scheme. */
  private void countAsOther(RequestLabels from, RequestLabels to) {
    started(from.method, from.scheme).decrement();
    started(to.method, to.scheme).increment();
  }

  private static LongAdder[] newCounts() {
    LongAdder[] counts = new LongAdder[Scheme.ALL.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = new LongAdder();
    }
    return counts;
  }

  /** Returns the series that records a request. */
  public Series series(RequestLabels labels) {
    return series.find(labels);
  }

  /** Returns the series of a request without an error, without a labels object. */
  public Series succeeded(
      String method, String route, int status, String scheme, String protocolVersion) {
    return series.findSucceeded(method, route, status, scheme, protocolVersion);
  }

  /** Counts a request whose label of the application exceeded the number of values. */
  public void labelOverflow(String label, String value) {
    overflow.count(DURATION, label, value);
  }

  /** Counts an internal failure that lost a measurement. */
  public void internalError() {
    internalErrors.increment();
  }

  @Override
  public MetricSnapshots collect() {
    HistogramSnapshot histogram = series.collect();
    return MetricSnapshots.builder()
        .metricSnapshot(histogram)
        .metricSnapshot(requests(histogram))
        .metricSnapshot(activeRequests(histogram))
        .metricSnapshot(
            Snapshots.counter(
                INTERNAL_ERRORS,
                "Failures inside observe that lost a measurement; the requests are not affected.",
                internalErrors.doubleValue()))
        .build();
  }

  /** Derives the counter from the histogram, which records every request. */
  private static CounterSnapshot requests(HistogramSnapshot histogram) {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder().name(REQUESTS).help("HTTP requests served.");
    for (HistogramSnapshot.HistogramDataPointSnapshot point : histogram.getDataPoints()) {
      counter.dataPoint(
          CounterDataPointSnapshot.builder()
              .labels(point.getLabels())
              .value((double) point.getCount())
              .createdTimestampMillis(point.getCreatedTimestampMillis())
              .build());
    }
    return counter.build();
  }

  private GaugeSnapshot activeRequests(HistogramSnapshot ended) {
    // Read after the series: a request that ended in between still counts as active.
    Map<String, double[]> active = new HashMap<>();
    started.forEach(
        (method, counts) ->
            active.put(
                method, Arrays.stream(counts).mapToDouble(LongAdder::doubleValue).toArray()));
    for (HistogramSnapshot.HistogramDataPointSnapshot point : ended.getDataPoints()) {
      double[] counts = active.get(point.getLabels().get(RequestLabels.METHOD));
      String scheme = point.getLabels().get(RequestLabels.SCHEME);
      if (counts != null && scheme != null) {
        counts[Scheme.index(scheme)] -= point.getCount();
      }
    }
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder().name(ACTIVE).help("HTTP server requests in flight.");
    active.forEach(
        (method, counts) -> {
          for (String scheme : Scheme.ALL) {
            // HTTP is shown from a method's first request on, another scheme if it is used.
            double value = counts[Scheme.index(scheme)];
            if (value != 0 || scheme.equals(Scheme.HTTP)) {
              gauge.dataPoint(
                  Snapshots.gaugePoint(
                      Labels.of(RequestLabels.METHOD, method, RequestLabels.SCHEME, scheme),
                      value));
            }
          }
        });
    return gauge.build();
  }

  @Override
  public List<String> getPrometheusNames() {
    return List.of(DURATION, REQUESTS, ACTIVE, INTERNAL_ERRORS);
  }

  @Override
  public MetricType getMetricType(String prometheusName) {
    return switch (prometheusName) {
      case DURATION -> MetricType.HISTOGRAM;
      case ACTIVE -> MetricType.GAUGE;
      default -> MetricType.COUNTER;
    };
  }
}
