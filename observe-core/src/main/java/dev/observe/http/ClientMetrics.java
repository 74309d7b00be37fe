/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** How long an application's own calls took; one instance for a registry. */
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

  /** Servers that get series of their own; calls to any further one are counted together. */
  static final int MAX_SERVERS = 100;

  static final String OTHER_SERVER = "_other";

  private final Set<String> servers = ConcurrentHashMap.newKeySet();
  private final Histogram duration;

  ClientMetrics(HistogramKind kind) {
    Histogram.Builder builder =
        Histogram.builder()
            .name(DURATION)
            .help("Duration of HTTP client requests.")
            .unit(Unit.SECONDS)
            .labelNames(LABELS)
            .withoutExemplars();
    duration = kind.apply(builder, HttpMetrics.BUCKETS).build();
  }

  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.of(duration.collect());
  }

  @Override
  public List<String> getPrometheusNames() {
    return List.of(DURATION);
  }

  void record(
      String method, URI uri, int status, String errorType, String version, long durationNanos) {
    String address = Text.label(ClientTelemetry.host(uri));
    String port = Integer.toString(ClientTelemetry.port(uri));
    String server = address + ':' + port;
    if (!servers.contains(server)) {
      // Two threads may pass at once and go over the limit by as many: still a bound.
      if (servers.size() >= MAX_SERVERS) {
        address = OTHER_SERVER;
        port = "";
      } else {
        servers.add(server);
      }
    }
    duration
        .labelValues(
            method,
            address,
            port,
            status == 0 ? "" : StatusCodes.text(status),
            Text.label(errorType),
            version)
        .observe(durationNanos / 1e9);
  }
}
