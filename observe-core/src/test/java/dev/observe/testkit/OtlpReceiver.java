/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPInputStream;

/**
 * An OTLP/HTTP collector on a free loopback port that records every received span.
 *
 * <p>It refuses every request except a binary protobuf {@code POST} to {@code /v1/traces}, so that
 * a test cannot pass with requests that violate the protocol. Thread-safe.
 */
public final class OtlpReceiver implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final String PROTOBUF = "application/x-protobuf";

  private static final int MAX_RECORDED_BYTES = 1024 * 1024;

  private final LoopbackServer server;
  private final List<ReceivedSpan> spans = new CopyOnWriteArrayList<>();
  private final List<Map<String, List<String>>> requests = new CopyOnWriteArrayList<>();
  private final List<String> refusals = new CopyOnWriteArrayList<>();
  private final ByteArrayOutputStream first = new ByteArrayOutputStream();

  private OtlpReceiver() {
    server = new LoopbackServer(this::handle);
  }

  /** Starts a receiver. */
  public static OtlpReceiver start() {
    return new OtlpReceiver();
  }

  /** Returns the base endpoint, for {@code OTEL_EXPORTER_OTLP_ENDPOINT}. */
  public String endpoint() {
    return server.url();
  }

  /** Returns the received spans, in order of arrival. */
  public List<ReceivedSpan> spans() {
    return List.copyOf(spans);
  }

  /** Returns the spans of one trace, in order of arrival. */
  public List<ReceivedSpan> trace(String traceId) {
    return spans.stream().filter(span -> span.traceId().equals(traceId)).toList();
  }

  /** Waits for at least {@code count} spans, and returns all received spans. */
  public List<ReceivedSpan> awaitSpans(int count) {
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(spans.size())
                    .as("spans at %s, refused: %s", endpoint(), refusals)
                    .isGreaterThanOrEqualTo(count));
    return spans();
  }

  /** Returns the headers of every accepted request, names in lower case. */
  public List<Map<String, List<String>>> requests() {
    return List.copyOf(requests);
  }

  /** Returns the first mebibyte of uncompressed request bodies, one character per byte. */
  public synchronized String bytes() {
    return first.toString(StandardCharsets.ISO_8859_1);
  }

  /** Returns the reason of each refused request. */
  public List<String> refusals() {
    return List.copyOf(refusals);
  }

  @Override
  public void close() {
    server.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, List<String>> headers = headers(exchange);
      byte[] body = exchange.getRequestBody().readAllBytes();
      String refusal = refusal(exchange, headers);
      if (!refusal.isEmpty()) {
        refuse(exchange, 404, refusal);
        return;
      }
      List<ReceivedSpan> received;
      try {
        byte[] message = unzipped(body, headers);
        record(message);
        received = decode(message);
      } catch (IOException | RuntimeException e) {
        refuse(exchange, 400, e.toString());
        return;
      }
      requests.add(headers);
      spans.addAll(received);
      reply(exchange, 200, PROTOBUF, ExportTraceServiceResponse.getDefaultInstance().toByteArray());
    }
  }

  private static String refusal(HttpExchange exchange, Map<String, List<String>> headers) {
    String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    if (!line.equals("POST /v1/traces")) {
      return line;
    }
    List<String> types = headers.getOrDefault("content-type", List.of());
    return types.equals(List.of(PROTOBUF)) ? "" : "content-type " + types;
  }

  private static byte[] unzipped(byte[] body, Map<String, List<String>> headers)
      throws IOException {
    if (!headers.getOrDefault("content-encoding", List.of()).contains("gzip")) {
      return body;
    }
    try (InputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return unzipped.readAllBytes();
    }
  }

  private synchronized void record(byte[] message) {
    if (first.size() + message.length <= MAX_RECORDED_BYTES) {
      first.writeBytes(message);
    }
  }

  private static List<ReceivedSpan> decode(byte[] message) throws IOException {
    return ExportTraceServiceRequest.parseFrom(message).getResourceSpansList().stream()
        .flatMap(
            resource ->
                resource.getScopeSpansList().stream()
                    .flatMap(
                        scope ->
                            scope.getSpansList().stream()
                                .map(span -> ReceivedSpan.from(resource, scope, span))))
        .toList();
  }

  private static Map<String, List<String>> headers(HttpExchange exchange) {
    Map<String, List<String>> headers = new TreeMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    return headers;
  }

  private void refuse(HttpExchange exchange, int status, String reason) throws IOException {
    refusals.add(reason);
    reply(exchange, status, "text/plain", reason.getBytes(StandardCharsets.UTF_8));
  }

  private static void reply(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    // -1 sends no body; 0 would start a chunked one.
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }
}
