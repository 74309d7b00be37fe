/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.ForkedJvm;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.PageCheckers;
import dev.observe.testkit.ReceivedSpan;
import io.opentelemetry.api.trace.SpanKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs {@link VersionsProgram} with the versions of OpenTelemetry and the Prometheus client that
 * applications have, and holds the table of docs/compatibility.md.
 */
class VersionsIT {
  private static final Path DOC = Path.of("../docs/compatibility.md");
  private static final String BEGIN = "<!-- begin: written by VersionsIT -->\n";
  private static final String END = "<!-- end: written by VersionsIT -->";

  private static final List<String> OPENTELEMETRY =
      List.of("1.49.0", "1.55.0", "1.57.0", "1.62.0", "1.63.0", "1.68.0");
  private static final List<String> PROMETHEUS = List.of("1.3.10", "1.4.3", "1.5.0", "1.10.0");

  private static final List<String> QUIET_TOMCAT =
      Stream.of("java.base/java.lang", "java.base/java.io", "java.rmi/sun.rmi.transport")
          .map(opened -> "--add-opens=" + opened + "=ALL-UNNAMED")
          .toList();

  private static final String STOCK = "OpenTelemetry's exporter";
  private static final String ALL = "all";

  @TempDir private Path folder;

  /** Spring Boot 3.5 and 4.0 manage these. */
  @ParameterizedTest
  @CsvSource({"1.49.0,1.3.10", "1.55.0,1.4.3"})
  void start_versionsOfSpringBoot_allWorks(String openTelemetry, String prometheus)
      throws IOException {
    String cell = play(openTelemetry, prometheus);

    assertThat(documentedRow(openTelemetry).get(2 + PROMETHEUS.indexOf(prometheus)))
        .as("run with -Ddocs.write=true -Plong to update the table")
        .isEqualTo(cell);
  }

  @Test
  @Tag("long")
  void start_everySupportedVersion_allWorks() throws IOException {
    StringBuilder table = new StringBuilder("| OpenTelemetry |");
    PROMETHEUS.forEach(version -> table.append(" Prometheus client ").append(version).append(" |"));
    table.append("\n|---|").append("---|".repeat(PROMETHEUS.size())).append('\n');
    for (String openTelemetry : OPENTELEMETRY) {
      table.append("| ").append(openTelemetry).append(" |");
      for (String prometheus : PROMETHEUS) {
        table.append(' ').append(play(openTelemetry, prometheus)).append(" |");
      }
      table.append('\n');
    }
    if (Boolean.getBoolean("docs.write")) {
      String doc = Files.readString(DOC);
      Files.writeString(
          DOC,
          doc.substring(0, doc.indexOf(BEGIN) + BEGIN.length())
              + table
              + doc.substring(doc.indexOf(END)));
    }

    assertThat(documented())
        .as("run with -Ddocs.write=true to update the table")
        .isEqualTo(table.toString());
  }

  private static String documented() throws IOException {
    String doc = Files.readString(DOC);
    return doc.substring(doc.indexOf(BEGIN) + BEGIN.length(), doc.indexOf(END));
  }

  private static List<String> documentedRow(String openTelemetry) throws IOException {
    return documented()
        .lines()
        .map(line -> List.of(line.split(" *\\| *", -1)))
        .filter(cells -> cells.get(1).equals(openTelemetry))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the entry of the table for one combination, which must pass. */
  private String play(String openTelemetry, String prometheus) throws IOException {
    String classPath = LibraryVersions.classPath(openTelemetry, prometheus);
    Path pages = Files.createDirectory(folder.resolve(openTelemetry + "-" + prometheus));
    try (OtlpReceiver receiver = OtlpReceiver.start();
        ForkedJvm jvm =
            ForkedJvm.startOn(
                classPath,
                QUIET_TOMCAT,
                VersionsProgram.class,
                Map.of(
                    "otel.exporter.otlp.endpoint",
                    receiver.endpoint(),
                    "otel.exporter.prometheus.port",
                    "0",
                    "pages",
                    pages.toString()))) {
      int exitCode = jvm.awaitExit();
      String output = jvm.output();
      assertThat(exitCode).as(output).isZero();
      assertThat(output)
          .contains("\nfailed: 503\n")
          .contains("\nflushed: true\n")
          .contains("\n200 text/plain; version=0.0.4; charset=utf-8\n")
          .contains("\n200 application/openmetrics-text; version=1.0.0; charset=utf-8\n")
          .contains("\nspans: delivered 3 spans, lost 0\n")
          .contains("\nbaggage entries: 64\n")
          .doesNotContain("Exception", "Error");
      assertSpans(receiver.spans());
      assertPages(pages);
      return warnings(output, openTelemetry);
    }
  }

  private static void assertSpans(List<ReceivedSpan> spans) {
    assertThat(spans)
        .extracting(ReceivedSpan::name)
        .containsExactlyInAnyOrder("GET /orders/*", "GET /orders/*", "pay");
    assertThat(spans)
        .filteredOn(span -> span.kind() == SpanKind.SERVER)
        .allSatisfy(
            span -> {
              assertThat(span.traceId()).isEqualTo(VersionsProgram.TRACE_ID);
              assertThat(span.attributes()).containsEntry("http.route", "/orders/*");
            })
        .extracting(span -> span.attributes().get("http.response.status_code"))
        .containsExactlyInAnyOrder(200L, 503L);
  }

  private static void assertPages(Path pages) throws IOException {
    String text = Files.readString(pages.resolve("text-plain"));
    String openMetrics = Files.readString(pages.resolve("application-openmetrics-text"));

    assertThat(text)
        .containsPattern(sample("http_server_requests_total", "status_code=\"200\"", "1.0"))
        .containsPattern(sample("http_server_requests_total", "status_code=\"503\"", "1.0"))
        .containsPattern(sample("http_server_request_duration_seconds_count", "\"503\"", "1"))
        .containsPattern(sample("observe_spans_ended_total", "", "3.0"))
        .containsPattern(sample("observe_spans_delivered_total", "", "3.0"))
        .containsPattern(sample("versions_things_total", "", "2.0"))
        .containsPattern("\nversions_orders_total 1.0\n")
        .containsPattern("\nversions_checkout_seconds_count 1\n")
        .containsPattern("\ntarget_info\\{[^}]*service_name=\"shop\"")
        .containsPattern("\njvm_memory_used_bytes\\{")
        .doesNotContainPattern("\nobserve_scrape_failures_total\\{[^}]*} [1-9]");
    assertThat(PageCheckers.promtool(text)).doesNotContain("error");
    assertThat(PageCheckers.strictParser(openMetrics)).isEmpty();
    // Exemplars need the span of the request.
    assertThat(openMetrics).contains("# {").contains("trace_id=\"" + VersionsProgram.TRACE_ID);
  }

  private static String sample(String name, String label, String value) {
    return "\n" + name + "\\{[^}]*" + label + "[^}]*} " + value.replace(".", "\\.") + "\n";
  }

  /** Returns the entry of the table that the warnings stand for. */
  private static String warnings(String output, String openTelemetry) {
    List<String> warnings = new ArrayList<>();
    Stream.of("WARNING: ", "SEVERE: ")
        .forEach(level -> output.lines().filter(l -> l.startsWith(level)).forEach(warnings::add));
    if (warnings.isEmpty()) {
      return ALL;
    }
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith("WARNING: OpenTelemetry " + openTelemetry + " is on the class path: ")
        .contains(
            "<opentelemetry.version>1.63.0</opentelemetry.version>",
            "<prometheus-client.version>1.5.0</prometheus-client.version>");
    return STOCK;
  }
}
