/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static org.awaitility.Awaitility.await;

import dev.observe.RequestMeasurement;
import dev.observe.servlet.ObserveFilter;
import dev.observe.servlet.internal.RequestEnds;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A container with all measurements chosen, and a client that counts bytes. */
final class MeasurementSite implements AutoCloseable {
  private static final Map<String, String> METRICS =
      Map.of(
          "http.request.body.size", "http_server_request_body_size_bytes",
          "http.response.body.size", "http_server_response_body_size_bytes",
          "observe.http.server.time_to_first_byte",
              "observe_http_server_time_to_first_byte_seconds",
          "observe.http.server.cpu_time", "observe_http_server_cpu_time_seconds",
          "observe.http.server.allocated_memory", "observe_http_server_allocated_memory_bytes");

  /** The record of one request; null for a measurement that is missing. */
  record Recorded(Answer answer, SpanData span, Map<String, Double> histograms) {
    Long bytes(String attribute) {
      Long onSpan = span.getAttributes().get(AttributeKey.longKey(attribute));
      agree(attribute, onSpan == null ? null : (double) onSpan);
      return onSpan;
    }

    Double seconds(String attribute) {
      Double onSpan = span.getAttributes().get(AttributeKey.doubleKey(attribute));
      agree(attribute, onSpan);
      return onSpan;
    }

    double durationSeconds() {
      return (span.getEndEpochNanos() - span.getStartEpochNanos()) / 1e9;
    }

    private void agree(String attribute, Double onSpan) {
      Double sum = histograms.get(attribute);
      if (onSpan == null ? sum != null : sum == null || Math.abs(sum - onSpan) > 1e-6) {
        throw new AssertionError(
            attribute + " is " + onSpan + " on the span and " + sum + " in the histogram");
      }
    }
  }

  final ContainerKind container;
  private final Site.Mapping mapping;
  private final Telemetry telemetry = new Telemetry();
  private final TestServer server;
  private volatile Scenario.Service service = (request, response) -> {};

  MeasurementSite(ContainerKind container, Site.Mapping mapping) {
    this(container, mapping, false);
  }

  MeasurementSite(ContainerKind container, Site.Mapping mapping, boolean virtualThreads) {
    this.container = container;
    this.mapping = mapping;
    App app =
        App.at("")
            .filter(
                "observe",
                ObserveFilter.builder(telemetry.openTelemetry(), telemetry.registry)
                    .measure(RequestMeasurement.values())
                    .build(),
                "/*",
                mapping.types())
            .onStart(RequestEnds::register)
            .servlet("served", new Served(), "/served/*")
            .servlet("target", new Targets(), "/target/*")
            .statusPage(460, "/target/text");
    server = container.start(app, virtualThreads);
  }

  /** Returns whether dispatches, also those to error pages, pass through the filter. */
  boolean seesDispatches() {
    return mapping == Site.Mapping.ALL;
  }

  /** Sends a GET. */
  Recorded get(Scenario.Service how) throws Exception {
    return send("GET", "", how);
  }

  /** Sends a request with these headers and body, and reads the whole response. */
  Recorded send(String method, String headersAndBody, Scenario.Service how) throws Exception {
    String text = headersAndBody.isEmpty() ? "\r\n" : headersAndBody;
    return talk(
        how,
        wire -> {
          wire.send(
              method + " /served/it HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + text);
          return wire.read(method);
        });
  }

  /** The client of one connection. */
  interface Client {
    Answer talk(Wire wire) throws Exception;
  }

  Recorded talk(Scenario.Service how, Client client) throws Exception {
    service = how;
    telemetry.forgetSpans();
    Map<String, double[]> before = histograms();
    Answer answer;
    try (Wire wire = Wire.connect(server.port())) {
      answer = client.talk(wire);
    }
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(2))
        .until(() -> telemetry.spans().size() == 1);
    Map<String, Double> sums = new LinkedHashMap<>();
    Map<String, double[]> after = histograms();
    after.forEach(
        (attribute, point) -> {
          double count = point[0] - before.get(attribute)[0];
          if (count > 1) {
            throw new AssertionError(attribute + " was recorded " + count + " times");
          }
          if (count == 1) {
            sums.put(attribute, point[1] - before.get(attribute)[1]);
          }
        });
    return new Recorded(answer, telemetry.spans().get(0), sums);
  }

  /** Returns counts and sums by the name of the corresponding attribute. */
  private Map<String, double[]> histograms() {
    Map<String, double[]> found = new LinkedHashMap<>();
    METRICS.forEach(
        (attribute, metric) -> {
          double[] point = new double[2];
          for (HistogramDataPointSnapshot series : series(metric)) {
            point[0] += series.getCount();
            point[1] += series.getSum();
          }
          found.put(attribute, point);
        });
    return found;
  }

  private List<HistogramDataPointSnapshot> series(String metric) {
    return telemetry.registry.scrape(metric::equals).stream()
        .flatMap(snapshot -> ((HistogramSnapshot) snapshot).getDataPoints().stream())
        .toList();
  }

  @Override
  public void close() {
    server.close();
    telemetry.close();
  }

  private final class Served extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      service.serve(request, response);
    }
  }
}
