/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.testkit.OtlpReceiver;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import sample.Sample.Server;

/** Beside Micrometer, its span and its registry are used. */
class MicrometerIT {
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");

  static Stream<Arguments> samples() {
    return RequestsIT.samples();
  }

  @ParameterizedTest(name = "{0}, security: {1}")
  @MethodSource("samples")
  void request_withMicrometersSpan_addsToThatOne(Server server, boolean security) {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    Map<String, Integer> sent =
        security
            ? Map.of("/hello/ada", 200, "/boom/1", 500, "/callable/1", 200, "/secret", 401)
            : Map.of("/hello/ada", 200, "/boom/1", 500, "/callable/1", 200, "/missing/1", 404);
    List<SpanData> spans;
    String page;

    try (OtlpReceiver collector = OtlpReceiver.start()) {
      try (Sample sample =
          Sample.builder()
              .server(server)
              .security(security)
              .micrometerTracing()
              .bean(SpanExporter.class, () -> exporter)
              .collector(collector)
              .start()) {
        assertThat(sample.hasBean(Tracing.class)).isFalse();
        sent.forEach((path, status) -> assertThat(sample.get(path).statusCode()).isEqualTo(status));
        await().untilAsserted(() -> assertThat(servers(exporter)).hasSize(sent.size()));
        spans = servers(exporter);
        page = sample.page();
      }

      assertThat(collector.spans()).isEmpty();
    }
    SoftAssertions softly = new SoftAssertions();
    for (SpanData span : spans) {
      String path = span.getAttributes().get(PATH);
      softly.assertThat(span.getAttributes().get(METHOD)).as("%s", span).isEqualTo("GET");
      softly.assertThat(sent).as("%s", span).containsKey(path);
      softly
          .assertThat(span.getAttributes().get(STATUS))
          .as("%s", span)
          .isEqualTo(Long.valueOf(sent.getOrDefault(path, 0)));
      softly
          .assertThat(span.getEvents().size())
          .as("exceptions of %s", span)
          .isLessThanOrEqualTo(1);
      String route = span.getAttributes().get(ROUTE);
      if (path != null && !path.equals("/secret") && !path.equals("/missing/1")) {
        softly.assertThat(route).as("%s", span).startsWith(path.substring(0, 6)).contains("{");
      }
    }
    sent.forEach(
        (path, status) ->
            softly
                .assertThat(page.lines())
                .anyMatch(
                    line ->
                        line.startsWith("http_server_request_duration_seconds_count{")
                            && line.contains("http_response_status_code=\"" + status + '"')));
    softly.assertAll();
  }

  @Test
  void request_withMicrometersSpan_hasItsIdsInLogsAndHeader() {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    String body;
    String header;
    SpanData span;

    try (Sample sample =
        Sample.builder()
            .micrometerTracing()
            .bean(SpanExporter.class, () -> exporter)
            .property("observe.http.response-header", "X-Trace-Id")
            .start()) {
      var response = sample.get("/trace");
      body = response.body();
      header = response.headers().firstValue("X-Trace-Id").orElse("none");
      await().untilAsserted(() -> assertThat(servers(exporter)).hasSize(1));
      span = servers(exporter).get(0);
    }

    assertThat(body).isEqualTo(span.getTraceId() + " " + span.getSpanId());
    assertThat(header).isEqualTo(span.getTraceId());
  }

  @Test
  void actuator_withMicrometersSpan_isLeftToMicrometer() {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();

    try (Sample sample =
        Sample.builder().micrometerTracing().bean(SpanExporter.class, () -> exporter).start()) {
      sample.get("/actuator/health");

      await().untilAsserted(() -> assertThat(servers(exporter)).hasSize(1));
      assertThat(servers(exporter).get(0).getAttributes().get(PATH)).isNull();
      assertThat(sample.page()).doesNotContain("actuator");
    }
  }

  @Test
  void request_withoutTheBridge_hasASpanOfObserveBesideTheObservation() {
    try (OtlpReceiver collector = OtlpReceiver.start();
        Sample sample = Sample.builder().collector(collector).start()) {
      assertThat(sample.get("/hello/ada").statusCode()).isEqualTo(200);

      assertThat(collector.awaitSpans(1).get(0).name()).isEqualTo("GET /hello/{name}");
      assertThat(sample.get("/actuator/health").body()).contains("UP");
    }
  }

  @Test
  void metrics_withPrometheusRegistry_areOnThePageOfTheActuator() {
    try (OtlpReceiver collector = OtlpReceiver.start();
        Sample sample =
            Sample.builder()
                .collector(collector)
                .property("management.prometheus.metrics.export.enabled", "true")
                .property("management.endpoints.web.exposure.include", "*")
                .start()) {
      sample.get("/hello/ada");
      sample.bean(Metrics.class).counter("orders").inc();

      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(
              () ->
                  assertThat(sample.get("/actuator/prometheus").body())
                      .contains("http_server_request_duration_seconds_count{")
                      .contains("http_route=\"/hello/{name}\"")
                      .contains("orders_total 1.0")
                      .containsPattern("observe_spans_ended_total[^\n]* 1.0")
                      .contains("jvm_memory_used_bytes")
                      .doesNotContain("http_route=\"/actuator"));
      assertThat(hasPort(sample)).isFalse();
    }
  }

  private static boolean hasPort(Sample sample) {
    try {
      return sample.bean(Metrics.class).uri() != null;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private static List<SpanData> servers(InMemorySpanExporter exporter) {
    return exporter.getFinishedSpanItems().stream()
        .filter(span -> span.getKind() == SpanKind.SERVER)
        .toList();
  }
}
