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
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the requests an application serves: how long they took, how many there were, how
 * many are under way, and what was counted elsewhere for want of room.
 *
 * <p>There is one instance for a registry, however many filters record into it. All methods may be
 * called by any thread.
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
   * How many requests have begun, by method and scheme. Each ends in a series of the same two, so
   * what is under way is what the series do not have yet, and an end need not be counted here.
   */
  private final Map<String, LongAdder[]> started = new ConcurrentHashMap<>();

  /** What {@link #started} has for {@code GET}, once there was one: most requests are of it. */
  private volatile LongAdder @Nullable [] startedGets;

  private final LongAdder internalErrors = new LongAdder();

  /**
   * Returns the request metrics of a registry.
   *
   * @throws IllegalArgumentException if the registry holds metrics of their names from elsewhere,
   *     or another filter has started them with other labels
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
              + "; give them to each, or use a registry of its own");
    }
    return metrics;
  }

  /** Takes the request metrics off a registry once each caller of acquire has released them. */
  public static void release(PrometheusRegistry registry) {
    RegistryMetrics.release(ALL, registry);
  }

  RequestMetrics(List<String> extraLabels, HistogramKind kind, SeriesOverflow overflow) {
    this.extraLabels = List.copyOf(extraLabels);
    this.overflow = overflow;
    overflow.show(DURATION, RequestLabels.ROUTE);
    extraLabels.forEach(label -> overflow.show(DURATION, label));
    Histogram.Builder builder =
        Histogram.builder()
            .name(DURATION)
            .help("Duration of HTTP server requests.")
            .unit(Unit.SECONDS)
            .labelNames(RequestLabels.names(extraLabels))
            // The library samples them on a thread of its own that outlives a redeploy.
            .withoutExemplars();
    Histogram duration = kind.apply(builder, DurationBuckets.seconds()).build();
    series =
        new SeriesTable(
            duration, kind, extraLabels, DurationBuckets.seconds(), overflow, this::moved);
  }

  List<String> extraLabels() {
    return extraLabels;
  }

  /** Counts a request as under way until its series has it; returns where that is counted. */
  public LongAdder start(String method, String scheme) {
    LongAdder count = started(method, scheme);
    count.increment();
    return count;
  }

  /** Returns how many requests of a method and a scheme have begun. */
  public LongAdder started(String method, String scheme) {
    LongAdder[] counts = method.equals(GET) ? startedGets : started.get(method);
    if (counts == null) {
      counts = newCounts();
      // Without a lambda, as that would be made during the first request.
      LongAdder[] others = started.putIfAbsent(method, counts);
      counts = others == null ? counts : others;
      startedGets = started.get(GET);
    }
    return counts[Scheme.index(scheme)];
  }

  /** Of a request that will not get to its series: it was begun in vain. */
  public static void lost(LongAdder started) {
    started.decrement();
  }

  /** Of a request whose series is of another method or scheme, as there was room for no other. */
  private void moved(RequestLabels from, RequestLabels to) {
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

  /** Returns the series that a request counts in. */
  public Series series(RequestLabels labels) {
    return series.find(labels);
  }

  /** Returns the series of a request that succeeded, of which nobody has made labels. */
  public Series succeeded(
      String method, String route, int status, String scheme, String protocolVersion) {
    return series.findSucceeded(method, route, status, scheme, protocolVersion);
  }

  /** Counts a request whose label of the application's own had a value too many. */
  public void labelOverflow(String label, String value) {
    overflow.count(DURATION, label, value);
  }

  /** Counts a failure of our own that cost a measurement. */
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
            counter(
                INTERNAL_ERRORS,
                "Failures inside observe that cost a measurement and nothing else.",
                internalErrors.doubleValue()))
        .build();
  }

  private static CounterSnapshot counter(String name, String help, double value) {
    return CounterSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(CounterDataPointSnapshot.builder().value(value).build())
        .build();
  }

  /** Every request is in the histogram already: its counts are the counter. */
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
    // After the series: a request that ends in between is one that was still under way.
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
    List<GaugeDataPointSnapshot> points = new ArrayList<>();
    active.forEach(
        (method, counts) -> {
          for (String scheme : Scheme.ALL) {
            // A method is known from its first request on, a scheme only where one used it.
            double value = counts[Scheme.index(scheme)];
            if (value != 0 || scheme.equals(Scheme.HTTP)) {
              points.add(
                  GaugeDataPointSnapshot.builder()
                      .labels(Labels.of(RequestLabels.METHOD, method, RequestLabels.SCHEME, scheme))
                      .value(value)
                      .build());
            }
          }
        });
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder().name(ACTIVE).help("HTTP server requests under way.");
    points.forEach(gauge::dataPoint);
    return gauge.build();
  }

  @Override
  public List<String> getPrometheusNames() {
    return List.of(DURATION, REQUESTS, ACTIVE, INTERNAL_ERRORS);
  }
}
