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

/** Runs the program as users do: in a separate JVM. */
class DoctorTest {
  private record Output(int exitCode, List<String> lines) {}

  @TempDir private Path directory;

  private Output run(Map<String, String> environment, List<String> options, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
    command.add(Doctor.class.getName());
    command.addAll(List.of(args));
    Path printed = directory.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(printed.toFile());
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("OTEL_") || name.startsWith("OBSERVE_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).isTrue();
    return new Output(process.exitValue(), Files.readAllLines(printed, UTF_8));
  }

  /** Returns the lines with single spaces. */
  private static List<String> unaligned(Output output) {
    return output.lines().stream().map(line -> line.strip().replaceAll(" +", " ")).toList();
  }

  @Test
  void main_reachableCollector_exitsWith0() throws Exception {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      Output output =
          run(
              Map.of(
                  "OTEL_EXPORTER_OTLP_ENDPOINT",
                  receiver.endpoint(),
                  "OTEL_EXPORTER_OTLP_HEADERS",
                  "authorization=s3cret"),
              List.of("-Dotel.exporter.prometheus.port=9464", "-Dobserve.mdk=false"),
              "shop");

      assertThat(unaligned(output))
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
      assertThat(output.lines()).noneMatch(line -> line.contains("s3cret"));
      assertThat(output.exitCode()).isZero();
      assertThat(receiver.requests())
          .singleElement()
          .satisfies(
              headers -> assertThat(headers).containsEntry("authorization", List.of("s3cret")));
    }
  }

  @Test
  void main_unknownCollector_exitsWith1() throws Exception {
    Output output =
        run(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector.invalid:4318"), List.of());

    assertThat(output.lines())
        .endsWith(
            "Traces: The host name collector.invalid is unknown. Correct the host in"
                + " otel.exporter.otlp.endpoint (OTEL_EXPORTER_OTLP_ENDPOINT).");
    assertThat(output.exitCode()).isEqualTo(1);
  }

  @Test
  void main_badSetting_printsNoStackTrace() throws Exception {
    Output output = run(Map.of("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"), List.of());

    assertThat(output.lines())
        .endsWith(
            "Error: otel.exporter.otlp.protocol must be one of http/protobuf, grpc, was 'http/json'"
                + " (from environment variable OTEL_EXPORTER_OTLP_PROTOCOL); the default is"
                + " http/protobuf")
        .noneMatch(line -> line.contains("\tat ") || line.contains("Exception"));
    assertThat(output.exitCode()).isEqualTo(1);
  }

  @Test
  void main_passwordWithoutUser_printsTheRuleWithoutTheSecret() throws Exception {
    Output output =
        run(
            Map.of("OBSERVE_METRICS_PASSWORD", "s3cret", "OBSERVE_METRICS_BEARER_TOKEN", "s3cret"),
            List.of());

    assertThat(output.lines())
        .endsWith(
            "Error: observe.metrics.password must come with observe.metrics.user, was '***' (from"
                + " environment variable OBSERVE_METRICS_PASSWORD); set both or neither")
        .noneMatch(line -> line.contains("s3cret"));
    assertThat(unaligned(output))
        .contains(
            "observe.metrics.bearer-token = ***"
                + " (from environment variable OBSERVE_METRICS_BEARER_TOKEN)");
    assertThat(output.exitCode()).isEqualTo(1);
  }

  @Test
  void main_unknownNameInTheFile_printsNoStackTrace() throws Exception {
    Path file = Files.writeString(directory.resolve("observe.properties"), "observe.mdk=false\n");

    Output output = run(Map.of("OBSERVE_CONFIG_FILE", file.toString()), List.of());

    assertThat(output.lines())
        .containsExactly(
            "Error: Nothing reads 'observe.mdk' (from file " + file + "); is it observe.mdc?");
    assertThat(output.exitCode()).isEqualTo(1);
  }

  @Test
  void main_settingInTheFile_hasTheFileAsSource() throws Exception {
    Path file = Files.writeString(directory.resolve("observe.properties"), "observe.mdc=false\n");

    Output output =
        run(
            Map.of("OBSERVE_CONFIG_FILE", file.toString(), "OTEL_TRACES_EXPORTER", "none"),
            List.of());

    assertThat(unaligned(output)).contains("observe.mdc = false (from file " + file + ")");
  }

  @Test
  void main_help_printsTheUsageOnly() throws Exception {
    Output output = run(Map.of(), List.of(), "--help");

    assertThat(output.lines().get(0))
        .isEqualTo("Usage: java -cp … dev.observe.Doctor [serviceName]");
    assertThat(output.lines()).noneMatch(line -> line.startsWith("Settings"));
    assertThat(output.exitCode()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--unknown", " "})
  void main_badArgument_printsTheUsage(String argument) throws Exception {
    Output output = run(Map.of(), List.of(), argument);

    assertThat(output.lines().get(0)).startsWith("Usage: ");
    assertThat(output.exitCode()).isEqualTo(1);
  }
}
