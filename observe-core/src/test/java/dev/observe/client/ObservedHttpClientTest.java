/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.client;

import static io.opentelemetry.api.common.AttributeKey.stringKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObservedHttpClientTest {
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
          .build();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final List<String> traceparents = new CopyOnWriteArrayList<>();
  private final HttpClient client =
      ObservedHttpClient.wrap(HttpClient.newHttpClient(), sdk, registry);
  private HttpServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          traceparents.addAll(exchange.getRequestHeaders().getOrDefault("traceparent", List.of()));
          int status = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
    sdk.close();
  }

  private URI uri(String pathAndQuery) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + pathAndQuery);
  }

  private SpanData onlySpan() {
    assertThat(spans.getFinishedSpanItems()).hasSize(1);
    return spans.getFinishedSpanItems().get(0);
  }

  private HistogramDataPointSnapshot onlyPoint() {
    HistogramSnapshot histogram =
        (HistogramSnapshot) registry.scrape("http_client_request_duration_seconds"::equals).get(0);
    assertThat(histogram.getDataPoints()).hasSize(1);
    return histogram.getDataPoints().get(0);
  }

  @Test
  void send_clientSpan_followsTheConventions() throws Exception {
    URI uri = uri("/200?page=1&token=secret");

    client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());

    SpanData span = onlySpan();
    assertThat(span.getName()).isEqualTo("GET");
    assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getAttributes().asMap())
        .isEqualTo(
            Attributes.builder()
                .put("http.request.method", "GET")
                .put("server.address", "127.0.0.1")
                .put("server.port", server.getAddress().getPort())
                .put("url.full", uri.toString().replace("secret", "REDACTED"))
                .put("http.response.status_code", 200)
                .put("network.protocol.version", "1.1")
                .put("exemplar", "true")
                .build()
                .asMap());
  }

  @Test
  void send_context_isPropagated() throws Exception {
    Span parent = sdk.getTracer("test").spanBuilder("parent").startSpan();
    try (Scope scope = parent.makeCurrent()) {
      client.send(HttpRequest.newBuilder(uri("/200")).build(), BodyHandlers.discarding());
    }

    SpanData span = onlySpan();
    assertThat(span.getParentSpanId()).isEqualTo(parent.getSpanContext().getSpanId());
    assertThat(traceparents)
        .singleElement()
        .asString()
        .startsWith("00-" + span.getTraceId() + "-" + span.getSpanId() + "-");
    parent.end();
  }

  @Test
  void send_duration_equalsTheSpan() throws Exception {
    client.send(HttpRequest.newBuilder(uri("/200")).build(), BodyHandlers.discarding());

    SpanData span = onlySpan();
    assertThat(onlyPoint().getSum())
        .isEqualTo((span.getEndEpochNanos() - span.getStartEpochNanos()) / 1e9);
    assertThat(onlyPoint().getLabels().get("server_address")).isEqualTo("127.0.0.1");
    assertThat(onlyPoint().getLabels().get("http_response_status_code")).isEqualTo("200");
  }

  @Test
  void send_sampledSpan_isExemplarOfItsBucket() throws Exception {
    client.send(HttpRequest.newBuilder(uri("/200")).build(), BodyHandlers.discarding());

    assertThat(onlyPoint().getExemplars())
        .singleElement()
        .satisfies(
            exemplar -> {
              assertThat(exemplar.getLabels().get("trace_id")).isEqualTo(onlySpan().getTraceId());
              assertThat(exemplar.getLabels().get("span_id")).isEqualTo(onlySpan().getSpanId());
              assertThat(exemplar.getValue()).isEqualTo(onlyPoint().getSum());
            });
  }

  @Test
  void send_errorStatus_marksTheSpan() throws Exception {
    client.send(
        HttpRequest.newBuilder(uri("/404")).POST(HttpRequest.BodyPublishers.ofString("x")).build(),
        BodyHandlers.discarding());

    assertThat(onlySpan().getName()).isEqualTo("POST");
    assertThat(onlySpan().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(onlySpan().getAttributes().get(stringKey("error.type"))).isEqualTo("404");
    assertThat(onlyPoint().getLabels().get("error_type")).isEqualTo("404");
  }

  @Test
  void send_connectionRefused_rethrowsException() {
    server.stop(0);
    HttpRequest request = HttpRequest.newBuilder(uri("/200")).build();

    assertThatThrownBy(() -> client.send(request, BodyHandlers.discarding()))
        .isInstanceOf(ConnectException.class);

    assertThat(onlySpan().getAttributes().get(stringKey("error.type")))
        .isEqualTo("java.net.ConnectException");
    assertThat(onlySpan().getEvents()).singleElement().extracting("name").isEqualTo("exception");
    assertThat(onlyPoint().getLabels().get("http_response_status_code")).isEmpty();
  }

  @Test
  void sendAsync_completedFuture_spanHasEnded() {
    HttpResponse<Void> response =
        client
            .sendAsync(HttpRequest.newBuilder(uri("/503")).build(), BodyHandlers.discarding())
            .join();

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(onlySpan().getAttributes().get(stringKey("error.type"))).isEqualTo("503");
    assertThat(traceparents).hasSize(1);
  }

  @Test
  void sendAsync_connectionRefused_endsTheSpan() {
    server.stop(0);
    HttpRequest request = HttpRequest.newBuilder(uri("/200")).build();

    assertThatThrownBy(() -> client.sendAsync(request, BodyHandlers.discarding()).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ConnectException.class);

    assertThat(onlySpan().getAttributes().get(stringKey("error.type")))
        .isEqualTo("java.net.ConnectException");
  }

  @Test
  void wrap_twoClients_shareTheMetrics() throws Exception {
    HttpClient other = ObservedHttpClient.wrap(HttpClient.newHttpClient(), sdk, registry);

    client.send(HttpRequest.newBuilder(uri("/200")).build(), BodyHandlers.discarding());
    other.send(HttpRequest.newBuilder(uri("/200")).build(), BodyHandlers.discarding());

    assertThat(onlyPoint().getCount()).isEqualTo(2);
  }
}
