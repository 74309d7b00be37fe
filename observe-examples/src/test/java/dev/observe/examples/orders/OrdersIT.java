/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.observe.console.ConsoleSpanExporter;
import dev.observe.examples.support.Sample;
import dev.observe.examples.testing.SystemProperties;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.RealPrometheus;
import dev.observe.testkit.ReceivedSpan;
import io.opentelemetry.api.trace.SpanKind;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class OrdersIT {
  @Test
  void documents_embeddedServer_areInsertedFoundAndDropped() throws IOException {
    assertDocuments(Orders::embedded);
  }

  /** For a MongoDB, or a FerretDB on PostgreSQL, that runs elsewhere. */
  @Test
  void documents_serverOfTheEnvironment_areInsertedFoundAndDropped() throws IOException {
    String uri = System.getenv("MONGODB_URI");
    Assumptions.assumeTrue(uri != null, "MONGODB_URI names no server; set it to run this test");
    assertDocuments(sample -> String.valueOf(uri));
  }

  @Test
  void commandsAndPool_inPrometheus_areCounted() throws IOException {
    try (SystemProperties properties =
            SystemProperties.set(Map.of("example.ports", "any", "otel.traces.exporter", "none"));
        Sample sample = Sample.create(ConsoleSpanExporter.create())) {
      Orders service = Orders.start(sample, Orders.embedded(sample));
      try (RealPrometheus prometheus = RealPrometheus.scraping(service.metrics())) {
        send(sample, service, "POST", "/states");
        send(sample, service, "GET", "/states/Oregon");
        send(sample, service, "GET", "/states/Washington");

        assertThat(
                prometheus.awaitQuery(
                    "db_client_operation_duration_seconds_count", found -> found.size() > 1))
            .extracting(count -> count.label("db_operation_name"), RealPrometheus.Sample::value)
            .containsExactlyInAnyOrder(tuple("insert", 1.0), tuple("find", 2.0));
        assertThat(prometheus.query("db_client_connection_count"))
            .extracting(
                count -> count.label("db_client_connection_state"), RealPrometheus.Sample::value)
            .containsExactlyInAnyOrder(tuple("idle", 1.0), tuple("used", 0.0));
        assertThat(prometheus.query("db_client_connection_wait_time_seconds_count"))
            .singleElement()
            .extracting(RealPrometheus.Sample::value)
            .isEqualTo(3.0);
      }
    }
  }

  private static void assertDocuments(Function<Sample, String> server) throws IOException {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      try (SystemProperties properties =
              SystemProperties.set(
                  Map.of(
                      "example.ports", "any", "otel.exporter.otlp.endpoint", receiver.endpoint()));
          Sample sample = Sample.create(ConsoleSpanExporter.create())) {
        Orders service = Orders.start(sample, server.apply(sample));

        assertThat(send(sample, service, "POST", "/states").statusCode()).isEqualTo(201);
        assertThat(send(sample, service, "GET", "/states/Oregon").body())
            .isEqualTo("Oregon: 3970000\n");
        assertThat(send(sample, service, "GET", "/states/Atlantis").statusCode()).isEqualTo(404);
        assertThat(send(sample, service, "DELETE", "/states").statusCode()).isEqualTo(200);
        assertThat(send(sample, service, "GET", "/states/Oregon").statusCode()).isEqualTo(404);
      }

      assertThat(commandOf(receiver, "POST /states")).startsWith("insert observe_example.states");
      assertThat(commandOf(receiver, "GET /states/{name}"))
          .startsWith("find observe_example.states");
      assertThat(commandOf(receiver, "DELETE /states")).startsWith("drop observe_example.states");
      assertThat(receiver.spans())
          .filteredOn(span -> span.kind() == SpanKind.CLIENT)
          .hasSize(5)
          .allSatisfy(
              command ->
                  assertThat(command.attributes())
                      .contains(
                          entry("db.system", "mongodb"), entry("db.name", "observe_example")));
      // Values of the query are not in the trace.
      assertThat(receiver.bytes()).doesNotContain("3970000", "\"Atlantis\"");
    }
  }

  /** Returns the name of the command under the first request of that name. */
  private static String commandOf(OtlpReceiver receiver, String request) {
    List<ReceivedSpan> spans = receiver.spans();
    ReceivedSpan server =
        spans.stream().filter(span -> span.name().equals(request)).findFirst().orElseThrow();
    return spans.stream()
        .filter(span -> span.parentSpanId().equals(server.spanId()))
        .map(ReceivedSpan::name)
        .findFirst()
        .orElse("none in " + spans);
  }

  private static HttpResponse<String> send(
      Sample sample, Orders service, String method, String path) throws IOException {
    return sample.send(method, service.web().resolve(path), "");
  }
}
