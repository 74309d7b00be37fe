/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.slowquery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.console.ConsoleSpanExporter;
import dev.observe.examples.support.Sample;
import dev.observe.examples.testing.RealPostgres;
import dev.observe.examples.testing.SystemProperties;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.ReceivedSpan;
import io.opentelemetry.api.trace.SpanKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlowQueryIT {
  @Test
  void h2_statement_isSlowInItsTraceUntilTheIndex() throws IOException {
    assertSlowUntilTheIndex("jdbc:h2:mem:slow;DB_CLOSE_DELAY=-1", "db.system=h2");
  }

  @Test
  void postgresql_statement_isSlowInItsTraceUntilTheIndex() throws IOException {
    try (RealPostgres postgres = RealPostgres.start()) {
      assertSlowUntilTheIndex(postgres.jdbcUrl(), "db.system=postgresql");
    }
  }

  @Test
  void terminal_statement_isUnderItsRequest() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    try (SystemProperties properties = SystemProperties.set(Map.of("example.ports", "any"));
        Sample sample = Sample.create(ConsoleSpanExporter.create(print, false))) {
      get(sample, SlowQuery.start(sample, "jdbc:h2:mem:shown;DB_CLOSE_DELAY=-1"));
    }

    assertThat(out.toString(StandardCharsets.UTF_8).lines().map(line -> line.replaceAll(" +", " ")))
        .anyMatch(line -> line.matches(" orders [0-9.]+ m?s GET /orders \\(server\\) 200"))
        .anyMatch(line -> line.matches(" orders [0-9.]+ m?s SELECT \\S+ \\(client\\).*"));
  }

  private static void assertSlowUntilTheIndex(String url, String system) throws IOException {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      try (SystemProperties properties =
              SystemProperties.set(
                  Map.of(
                      "example.ports", "any", "otel.exporter.otlp.endpoint", receiver.endpoint()));
          Sample sample = Sample.create(ConsoleSpanExporter.create())) {
        SlowQuery service = SlowQuery.start(sample, url);
        for (int i = 0; i < 3; i++) {
          get(sample, service);
        }
        send(sample, "PUT", service.web().resolve("/index"));
        for (int i = 0; i < 3; i++) {
          get(sample, service);
        }
      }

      List<ReceivedSpan> statements =
          receiver.spans().stream()
              .filter(span -> span.kind() == SpanKind.CLIENT && span.name().startsWith("SELECT"))
              .toList();
      assertThat(statements)
          .hasSize(6)
          .allSatisfy(
              statement -> {
                assertThat(statement.attributes().toString())
                    .contains(system, "o.status = ? AND o.id BETWEEN ? AND ?")
                    .doesNotContain("open");
                assertThat(receiver.trace(statement.traceId()))
                    .filteredOn(span -> span.spanId().equals(statement.parentSpanId()))
                    .extracting(ReceivedSpan::name)
                    .containsExactly("GET /orders");
              });
      // The first of each has costs of its own: compiling, planning, reading the index.
      assertThat(nanos(statements.get(2))).isGreaterThan(5 * nanos(statements.get(5)));
    }
  }

  private static long nanos(ReceivedSpan span) {
    return span.endEpochNanos() - span.startEpochNanos();
  }

  private static void get(Sample sample, SlowQuery service) throws IOException {
    send(sample, "GET", service.web().resolve("/orders"));
  }

  private static void send(Sample sample, String method, URI uri) throws IOException {
    assertThat(sample.send(method, uri, "").statusCode()).isEqualTo(200);
  }
}
