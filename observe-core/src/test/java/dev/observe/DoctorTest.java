/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.OtlpReceiver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the program like users do: in its own JVM. */
class DoctorTest {
  private record Run(int exitCode, List<String> lines) {}

  @TempDir private Path directory;

  private Run run(Map<String, String> environment, List<String> options, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
    command.add(Doctor.class.getName());
    command.addAll(List.of(args));
    Path output = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("OTEL_") || name.startsWith("OBSERVE_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).isTrue();
    return new Run(process.exitValue(), Files.readAllLines(output, UTF_8));
  }

  /** Returns the lines with single spaces. */
  private static List<String> unaligned(Run run) {
    return run.lines().stream().map(line -> line.strip().replaceAll(" +", " ")).toList();
  }

  @Test
  void main_validSettings_exitsWith0() throws Exception {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      Run run =
          run(
              Map.of(
                  "OTEL_EXPORTER_OTLP_ENDPOINT",
                  receiver.endpoint(),
                  "OTEL_EXPORTER_OTLP_HEADERS",
                  "authorization=s3cret"),
              List.of("-Dotel.exporter.prometheus.port=9464", "-Dobserve.mdk=false"),
              "shop");

      assertThat(unaligned(run))
          .startsWith("Settings:")
          .contains(
              "otel.service.name = shop (from code)",
              "otel.exporter.otlp.endpoint = "
                  + receiver.endpoint()
                  + " (from environment variable OTEL_EXPORTER_OTLP_ENDPOINT)",
              "otel.exporter.otlp.headers = authorization=***"
                  + " (from environment variable OTEL_EXPORTER_OTLP_HEADERS)",
              "otel.exporter.prometheus.port = 9464"
                  + " (from system property otel.exporter.prometheus.port)",
              "otel.bsp.max.queue.size = 65536 (default)",
              "Nothing reads the system property observe.mdk; is it observe.mdc?")
          .endsWith(
              "",
              "Libraries:",
              "OpenTelemetry 1.63.0 (tested: 1.49.0 to 1.68.0)",
              "Prometheus client 1.5.0 (tested: 1.3.10 to 1.10.0)",
              "",
              "Metrics: 127.0.0.1:9464 is the address of /metrics with Observe.initMetrics.",
              "On Kubernetes, a Prometheus that uses annotations needs these on the pod:",
              "prometheus.io/scrape: \"true\"",
              "prometheus.io/port: \"9464\"",
              "prometheus.io/path: \"/metrics\"",
              "and otel.exporter.prometheus.host=0.0.0.0, because 127.0.0.1 is reachable only"
                  + " from inside the pod.",
              "Traces: "
                  + receiver.endpoint()
                  + "/v1/traces accepts spans: the answer to a request without spans is 200.");
      assertThat(run.lines()).noneMatch(line -> line.contains("s3cret"));
      assertThat(run.exitCode()).isZero();
      assertThat(receiver.requests())
          .singleElement()
          .satisfies(
              headers -> assertThat(headers).containsEntry("authorization", List.of("s3cret")));
    }
  }

  @Test
  void main_unknownHost_exitsWith1() throws Exception {
    Run run =
        run(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.invalid:4318"), List.of());

    assertThat(run.lines())
        .endsWith(
            "Traces: The host name collector.invalid is unknown. Correct the host in"
                + " otel.exporter.otlp.endpoint (OTEL_EXPORTER_OTLP_ENDPOINT).");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void main_invalidSetting_printsMessageWithoutStackTrace() throws Exception {
    Run run = run(Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"), List.of());

    assertThat(run.lines())
        .endsWith(
            "Error: otel.exporter.otlp.protocol must be one of http/protobuf, grpc, was 'http/json'"
                + " (from environment variable OTEL_EXPORTER_OTLP_PROTOCOL); the default is"
                + " http/protobuf")
        .noneMatch(line -> line.contains("\tat ") || line.contains("Exception"));
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void main_passwordWithoutUser_printsMessageWithoutSecret() throws Exception {
    Run run =
        run(
            Map.of("OBSERVE_METRICS_PASSWORD", "s3cret", "OBSERVE_METRICS_BEARER_TOKEN", "s3cret"),
            List.of());

    assertThat(run.lines())
        .endsWith(
            "Error: observe.metrics.password must come with observe.metrics.user, was '***' (from"
                + " environment variable OBSERVE_METRICS_PASSWORD); set both or neither")
        .noneMatch(line -> line.contains("s3cret"));
    assertThat(unaligned(run))
        .contains(
            "observe.metrics.bearer-token = ***"
                + " (from environment variable OBSERVE_METRICS_BEARER_TOKEN)");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void main_typoInSettingsFile_printsMessageWithoutStackTrace() throws Exception {
    Path file = Files.writeString(directory.resolve("observe.properties"), "observe.mdk=false\n");

    Run run = run(Map.of("OBSERVE_CONFIG_FILE", file.toString()), List.of());

    assertThat(run.lines())
        .containsExactly(
            "Error: Nothing reads 'observe.mdk' (from file " + file + "); is it observe.mdc?");
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void main_settingsFile_isPrintedAsSource() throws Exception {
    Path file = Files.writeString(directory.resolve("observe.properties"), "observe.mdc=false\n");

    Run run =
        run(
            Map.of("OBSERVE_CONFIG_FILE", file.toString(), "OTEL_TRACES_EXPORTER", "none"),
            List.of());

    assertThat(unaligned(run)).contains("observe.mdc = false (from file " + file + ")");
  }

  @Test
  void main_help_printsUsage() throws Exception {
    Run run = run(Map.of(), List.of(), "--help");

    assertThat(run.lines().get(0)).isEqualTo("Usage: java -cp … dev.observe.Doctor [serviceName]");
    assertThat(run.lines()).noneMatch(line -> line.startsWith("Settings"));
    assertThat(run.exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--unknown", " "})
  void main_invalidArgument_printsUsage(String argument) throws Exception {
    Run run = run(Map.of(), List.of(), argument);

    assertThat(run.lines().get(0)).startsWith("Usage: ");
    assertThat(run.exitCode()).isEqualTo(1);
  }
}
