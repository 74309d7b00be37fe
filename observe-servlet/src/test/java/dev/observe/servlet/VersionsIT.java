/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.Doctor;
import dev.observe.testkit.FaultyCollector;
import dev.observe.testkit.ForkedJvm;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.PageCheckers;
import dev.observe.testkit.ReceivedSpan;
import io.opentelemetry.api.trace.SpanKind;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
      List.of("1.49.0", "1.55.0", "1.62.0", "1.63.0", "1.68.0");
  private static final List<String> PROMETHEUS = List.of("1.3.10", "1.4.3", "1.5.0", "1.10.0");

  private static final String LINES =
      "With Spring Boot's parent, add to the properties of the pom.xml:"
          + " <opentelemetry.version>1.63.0</opentelemetry.version>"
          + " <prometheus-client.version>1.5.0</prometheus-client.version>; without it, import"
          + " io.opentelemetry:opentelemetry-bom:1.63.0 and io.prometheus:prometheus-metrics-bom:1.5.0";

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static final String STOCK = "OpenTelemetry's exporter";
  private static final String OWN = "observe's sender";

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
    LibraryVersions.resolveAll(OPENTELEMETRY, PROMETHEUS);
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

  @Test
  void export_stockExporterAndFailingCollector_isRetriedAndCounted() throws IOException {
    try (FaultyCollector collector = FaultyCollector.start()) {
      collector.status(503, "");
      try (ForkedJvm jvm = start(oldest(), VersionsProgram.class, collector.endpoint(), Map.of())) {
        await().atMost(TIMEOUT).until(() -> collector.requestNanos().size() > 1);
        collector.mode(FaultyCollector.Mode.OK);

        assertThat(jvm.awaitExit()).as(jvm.output()).isZero();
        assertThat(jvm.output())
            .contains("\nflushed: true\n", "\nspans: delivered 3 spans, lost 0\n");
        assertThat(collector.spans()).isEqualTo(3);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"observe.spool.directory, /tmp/spool, 1.62.0", "otel.metrics.exporter, otlp, 1.50.0"})
  void start_settingThatTheVersionLacks_isRefusedWithTheLines(
      String setting, String value, String needed) throws IOException {
    try (ForkedJvm jvm =
        start(oldest(), VersionsProgram.class, "http://127.0.0.1:1", Map.of(setting, value))) {
      assertThat(jvm.awaitExit()).isEqualTo(1);
      assertThat(jvm.output())
          .contains(
              "IllegalArgumentException: "
                  + setting
                  + " needs OpenTelemetry "
                  + needed
                  + " or later, was '"
                  + value
                  + "' (from system property "
                  + setting
                  + "); the class path has 1.49.0. ")
          .contains(LINES);
    }
  }

  @Test
  void start_olderThanEveryTestedVersion_isRefusedWithTheLines() throws IOException {
    // The files that name the versions, as in jars of these versions.
    write("io/opentelemetry/sdk/trace/version.properties", "sdk.version=1.44.1");
    write("META-INF/maven/io.prometheus/prometheus-metrics-model/pom.properties", "version=1.2.1");
    String classPath = folder + File.pathSeparator + oldest();
    try (ForkedJvm jvm = start(classPath, VersionsProgram.class, "http://127.0.0.1:1", Map.of())) {
      assertThat(jvm.awaitExit()).isEqualTo(1);
      assertThat(jvm.output())
          .contains(
              "IllegalStateException: OpenTelemetry must be 1.49.0 or later, was 1.44.1; Prometheus"
                  + " client must be 1.3.10 or later, was 1.2.1. ")
          .contains(LINES)
          .doesNotContain("NoSuchMethodError", "NoClassDefFoundError");
    }
  }

  @Test
  void start_jarIsMissing_isRefusedWithTheVersions() throws IOException {
    String classPath =
        Stream.of(oldest().split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains("opentelemetry-sdk-metrics"))
            .collect(Collectors.joining(File.pathSeparator));
    try (ForkedJvm jvm = start(classPath, VersionsProgram.class, "http://127.0.0.1:1", Map.of())) {
      assertThat(jvm.awaitExit()).isEqualTo(1);
      assertThat(jvm.output())
          .contains("IllegalStateException: The libraries on the class path do not fit together: ")
          .contains("OpenTelemetry 1.49.0 (tested: 1.49.0 to 1.68.0)")
          .contains(LINES);
    }
  }

  @Test
  void doctor_oldVersions_printsThemWithTheTestedRange() throws IOException {
    try (ForkedJvm jvm = start(oldest(), Doctor.class, "http://127.0.0.1:1", Map.of())) {
      assertThat(jvm.awaitExit()).isEqualTo(1);
      assertThat(jvm.output())
          .contains("\n  OpenTelemetry 1.49.0 (tested: 1.49.0 to 1.68.0)\n")
          .contains("\n  Prometheus client 1.3.10 (tested: 1.3.10 to 1.10.0)\n")
          .contains(
              "Traces: The endpoint could not be checked: the check needs OpenTelemetry 1.62.0");
    }
  }

  private void write(String file, String content) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private static String oldest() throws IOException {
    return LibraryVersions.classPath("1.49.0", "1.3.10");
  }

  private ForkedJvm start(
      String classPath, Class<?> main, String endpoint, Map<String, String> more) {
    Map<String, String> properties = new HashMap<>(more);
    properties.put("otel.exporter.otlp.endpoint", endpoint);
    properties.put("otel.exporter.prometheus.port", "0");
    properties.putIfAbsent("pages", folder.toString());
    return ForkedJvm.startOn(classPath, main, properties);
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
            start(
                classPath,
                VersionsProgram.class,
                receiver.endpoint(),
                Map.of("pages", pages.toString()))) {
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
    String logger = "";
    for (String line : output.lines().toList()) {
      boolean warning = line.startsWith("WARNING: ") || line.startsWith("SEVERE: ");
      // The logger is on the line before; the warnings of Tomcat depend on the machine.
      if (warning && !logger.contains(" org.apache.")) {
        warnings.add(line);
      }
      logger = line;
    }
    if (warnings.isEmpty()) {
      return OWN;
    }
    assertThat(warnings)
        .singleElement()
        .asString()
        .startsWith(
            "WARNING: OpenTelemetry "
                + openTelemetry
                + " is on the class path, and the OTLP sender of observe ")
        .contains(LINES);
    return STOCK;
  }
}
