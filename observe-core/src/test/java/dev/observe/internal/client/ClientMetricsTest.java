/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.internal.instrument.HistogramKind;
import dev.observe.internal.instrument.SeriesOverflow;
import dev.observe.internal.request.LogLines;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientMetricsTest {
  private final LogLines log = LogLines.of(SeriesOverflow.class);
  private final SeriesOverflow overflow = new SeriesOverflow(() -> 0);
  private final ClientMetrics metrics = new ClientMetrics(HistogramKind.CLASSIC, overflow);

  @AfterEach
  void close() {
    log.close();
  }

  private List<HistogramDataPointSnapshot> points() {
    return metrics.collect().stream()
        .flatMap(metric -> ((HistogramSnapshot) metric).getDataPoints().stream())
        .toList();
  }

  private List<String> overflows() {
    return overflow.collect().stream()
        .flatMap(metric -> metric.getDataPoints().stream())
        .map(point -> (CounterDataPointSnapshot) point)
        .map(point -> point.getLabels().get("label") + "=" + (int) point.getValue())
        .toList();
  }

  @Test
  void acquire_nameInUse_throws() {
    PrometheusRegistry registry = new PrometheusRegistry();
    Histogram.builder().name(ClientMetrics.DURATION).labelNames("host").register(registry);

    assertThatThrownBy(() -> ClientMetrics.acquire(registry, HistogramKind.CLASSIC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "registry must not contain another collector of http_client_request_duration_seconds"
                + " (it has http_client_request_duration_seconds); unregister that collector, or"
                + " use another registry");
    assertThat(registry.scrape().size()).isEqualTo(1);
  }

  @Test
  void P9_manyServers_hundredHaveOwnSeries() {
    for (int i = 0; i < 150; i++) {
      metrics.record("GET", URI.create("http://host" + i + "/"), 200, "", "1.1", 1, null);
    }

    assertThat(points()).hasSize(ClientMetrics.MAX_SERVERS + 1);
    assertThat(points())
        .filteredOn(point -> "_other".equals(point.getLabels().get("server_address")))
        .singleElement()
        .satisfies(point -> assertThat(point.getCount()).isEqualTo(50));
    assertThat(overflows()).containsExactly("server_address=50");
    assertThat(log.lines())
        .singleElement()
        .asString()
        .startsWith("The label server_address of http_client_request_duration_seconds has")
        .contains("for example \"host100\"");
  }

  @Test
  void P9_statuses_areAClosedSet() {
    for (int status = 0; status <= 2_000; status++) {
      metrics.record("GET", URI.create("http://a/"), status, "", "1.1", 1, null);
    }

    assertThat(points())
        .extracting(point -> point.getLabels().get("http_response_status_code"))
        .doesNotHaveDuplicates()
        .hasSize(502)
        .contains("", "100", "599", "_OTHER");
  }

  /** A server may send any status. */
  @Test
  void P9_manyStatusesAndErrors_areBoundedAndAllCounted() {
    int calls = 0;
    for (int status = 100; status < 1_000; status++) {
      for (String server : List.of("http://a/", "http://b/", "http://c/")) {
        metrics.record("GET", URI.create(server), status, Integer.toString(status), "1.1", 1, null);
        calls++;
      }
    }

    assertThat(points()).hasSizeLessThanOrEqualTo(ClientMetrics.MAX_SERIES);
    assertThat(points().stream().mapToLong(HistogramDataPointSnapshot::getCount).sum())
        .isEqualTo(calls);
    assertThat(overflows())
        .containsExactlyInAnyOrder(
            "server_address=0", "http_response_status_code=" + (calls - 900));
  }

  @Test
  void record_sampledSpan_isExemplarOfBucket() {
    SpanContext sampled =
        SpanContext.create(
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "00f067aa0ba902b7",
            TraceFlags.getSampled(),
            TraceState.getDefault());
    URI uri = URI.create("http://a/");

    assertThat(metrics.record("GET", uri, 200, "", "1.1", 300_000_000, sampled)).isTrue();
    assertThat(metrics.record("GET", uri, 200, "", "1.1", 300_000_000, sampled)).isFalse();
    assertThat(metrics.record("GET", uri, 500, "500", "1.1", 300_000_000, null)).isFalse();

    assertThat(points())
        .filteredOn(point -> "200".equals(point.getLabels().get("http_response_status_code")))
        .singleElement()
        .satisfies(
            point -> {
              assertThat(point.getCount()).isEqualTo(2);
              assertThat(point.getExemplars().size()).isEqualTo(1);
              Exemplar exemplar = point.getExemplars().get(0.25, 0.5);
              assertThat(exemplar.getValue()).isEqualTo(0.3);
              assertThat(exemplar.getLabels().get("trace_id")).isEqualTo(sampled.getTraceId());
              assertThat(exemplar.getLabels().get("span_id")).isEqualTo(sampled.getSpanId());
            });
    assertThat(points())
        .filteredOn(point -> "500".equals(point.getLabels().get("http_response_status_code")))
        .singleElement()
        .satisfies(point -> assertThat(point.getExemplars().size()).isZero());
  }
}
