/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.client;

import dev.observe.internal.instrument.BucketExemplars;
import dev.observe.internal.instrument.DurationBuckets;
import dev.observe.internal.instrument.HistogramKind;
import dev.observe.internal.instrument.PerRegistry;
import dev.observe.internal.instrument.RegistryMetrics;
import dev.observe.internal.instrument.SeriesOverflow;
import dev.observe.internal.semconv.KnownMethods;
import dev.observe.internal.semconv.StatusCodes;
import dev.observe.internal.util.SafeText;
import dev.observe.internal.util.Urls;
import io.opentelemetry.api.trace.SpanContext;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The duration of the application's HTTP calls; one instance for a registry.
 *
 * <p>The application chooses the servers, and they choose the status: both are bounded.
 */
final class ClientMetrics implements MultiCollector {
  static final String DURATION = "http_client_request_duration_seconds";

  static final String[] LABELS = {
    "http_request_method",
    "server_address",
    "server_port",
    "http_response_status_code",
    "error_type",
    "network_protocol_version"
  };

  /** The number of servers with their own series; calls to others are counted together. */
  static final int MAX_SERVERS = 100;

  static final String OTHER_SERVER = "_other";

  /** The bound of all series (promise P9). */
  static final int MAX_SERIES = 1_000;

  /** The series reserved for calls without a series of their server. */
  private static final int RESERVED = 100;

  private static final String SERVER = "server_address";
  private static final String STATUS = "http_response_status_code";

  /** One series and its exemplars. */
  private record Point(DistributionDataPoint durations, BucketExemplars exemplars) {}

  private static final PerRegistry<ClientMetrics> ALL = new PerRegistry<>();

  private final Set<String> servers = ConcurrentHashMap.newKeySet();
  private final Map<List<String>, Point> points = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final SeriesOverflow overflow;
  private final Histogram duration;

  /** Returns the client metrics of a registry. */
  static ClientMetrics acquire(PrometheusRegistry registry, HistogramKind kind) {
    return RegistryMetrics.acquire(ALL, registry, overflow -> new ClientMetrics(kind, overflow));
  }

  ClientMetrics(HistogramKind kind, SeriesOverflow overflow) {
    this.overflow = overflow;
    overflow.show(DURATION, SERVER);
    duration =
        kind.histogram(
            DURATION,
            "Duration of HTTP client requests.",
            Unit.SECONDS,
            DurationBuckets.seconds(),
            LABELS);
  }

  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.of(
        HistogramKind.withExemplars(
            duration.collect(),
            labels -> {
              Point point = points.get(values(labels));
              return point == null ? null : point.exemplars();
            }));
  }

  /** Returns the label values in the order of {@link #LABELS}; a snapshot sorts them. */
  private static List<String> values(Labels labels) {
    return Stream.of(LABELS).map(labels::get).toList();
  }

  @Override
  public List<String> getPrometheusNames() {
    return List.of(DURATION);
  }

  @Override
  public MetricType getMetricType(String prometheusName) {
    return MetricType.HISTOGRAM;
  }

  /** Records a call and returns whether its span became an exemplar. */
  boolean record(
      String method,
      URI uri,
      int status,
      String errorType,
      String version,
      long durationNanos,
      @Nullable SpanContext sampled) {
    String address = SafeText.label(Urls.host(uri));
    String port = Integer.toString(Urls.port(uri));
    String server = address + ':' + port;
    if (!servers.contains(server)) {
      // Threads that pass at the same time may exceed the limit by their number.
      if (servers.size() >= MAX_SERVERS) {
        overflow.count(DURATION, SERVER, address);
        address = OTHER_SERVER;
        port = "";
      } else {
        servers.add(server);
      }
    }
    String code = status == 0 ? "" : StatusCodes.text(status);
    double seconds = durationNanos / 1e9;
    Point point = point(List.of(method, address, port, code, SafeText.label(errorType), version));
    point.durations().observe(seconds);
    return sampled != null && point.exemplars().keep(seconds, sampled);
  }

  private Point point(List<String> labels) {
    Point point = admit(labels, MAX_SERIES - RESERVED);
    if (point != null) {
      return point;
    }
    overflow.count(DURATION, STATUS, labels.get(3));
    List<String> shared =
        List.of(labels.get(0), OTHER_SERVER, "", labels.get(3), labels.get(4), labels.get(5));
    point = admit(shared, MAX_SERIES - 1);
    return point != null
        ? point
        : Objects.requireNonNull(
            admit(List.of(KnownMethods.OTHER, OTHER_SERVER, "", "", "", ""), Integer.MAX_VALUE));
  }

  private @Nullable Point admit(List<String> labels, int max) {
    Point point = points.get(labels);
    if (point != null || points.size() >= max) {
      return point;
    }
    lock.lock();
    try {
      point = points.get(labels);
      if (point == null && points.size() < max) {
        point =
            new Point(
                duration.labelValues(labels.toArray(String[]::new)),
                new BucketExemplars(DurationBuckets.seconds()));
        points.put(labels, point);
      }
      return point;
    } finally {
      lock.unlock();
    }
  }
}
