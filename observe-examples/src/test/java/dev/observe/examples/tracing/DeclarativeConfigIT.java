/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.Metrics;
import dev.observe.Observe;
import dev.observe.Tracing;
import dev.observe.examples.support.WebServer;
import dev.observe.servlet.ObserveFilter;
import dev.observe.testkit.ForkedJvm;
import dev.observe.testkit.OtlpReceiver;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code OTEL_CONFIG_FILE} with OpenTelemetry's jar for it, added to the class path as users do.
 */
class DeclarativeConfigIT {
  private static final Path JARS = Path.of("target/declarative-config");

  @TempDir private Path folder;

  /** Serves one request, and prints the metrics page. */
  static final class Shop {
    private Shop() {}

    public static void main(String[] args) throws Exception {
      try (Tracing tracing = Observe.initTracing("named-by-code");
          Metrics metrics = Observe.initMetrics("named-by-code");
          WebServer server =
              WebServer.start(
                  "shop",
                  0,
                  "port",
                  ObserveFilter.create(tracing, metrics),
                  Map.of("/hello", new Hello()))) {
        metrics.meter().counterBuilder("t_things").build().add(2);
        get(server.uri().resolve("/hello"));
        System.out.println(get(metrics.uri()));
      }
    }

    private static String get(URI uri) throws IOException, InterruptedException {
      HttpRequest request = HttpRequest.newBuilder(uri).build();
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    }
  }

  private static final class Hello extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().println("hello");
    }
  }

  private ForkedJvm start(String sampler, OtlpReceiver receiver) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("otel.yaml"),
            """
            file_format: "1.1"
            resource:
              attributes:
                - name: service.name
                  value: named-by-file
                - name: deployment.environment.name
                  value: test
            propagator:
              composite:
                - tracecontext:
            tracer_provider:
              sampler:
                %s:
              processors:
                - batch:
                    exporter:
                      otlp_http:
                        endpoint: %s/v1/traces
            """
                .formatted(sampler, receiver.endpoint()));
    return ForkedJvm.startWith(
        JARS,
        Shop.class,
        Map.of(
            "otel.config.file",
            file.toString(),
            // The file replaces these.
            "otel.exporter.otlp.endpoint",
            "http://127.0.0.1:1",
            "otel.service.name",
            "named-by-property",
            "otel.exporter.prometheus.port",
            "0"));
  }

  @Test
  void request_configFile_spanFollowsTheFileAndPageIsUnchanged() throws IOException {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        ForkedJvm jvm = start("always_on", receiver)) {
      assertThat(jvm.awaitExit()).as(jvm.output()).isZero();

      assertThat(receiver.spans())
          .as(jvm.output())
          .singleElement()
          .satisfies(
              span -> {
                assertThat(span.name()).isEqualTo("GET /hello");
                assertThat(span.serviceName()).isEqualTo("named-by-file");
                assertThat(span.resource()).containsEntry("deployment.environment.name", "test");
              });
      assertThat(jvm.output())
          .contains("\nt_things_total{")
          .containsPattern("http_server_requests_total\\{[^}]*http_route=\"/hello\"[^}]*} 1.0")
          .containsPattern("target_info\\{[^}]*deployment_environment_name=\"test\"")
          .containsPattern("target_info\\{[^}]*service_name=\"named-by-file\"");
    }
  }

  @Test
  void request_samplerOfTheFileIsOff_isDropped() throws IOException {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        ForkedJvm jvm = start("always_off", receiver)) {
      assertThat(jvm.awaitExit()).as(jvm.output()).isZero();

      assertThat(receiver.spans()).isEmpty();
      assertThat(jvm.output())
          .containsPattern("http_server_requests_total\\{[^}]*http_route=\"/hello\"[^}]*} 1.0");
    }
  }

  @Test
  void start_invalidFile_failsAndNamesTheFile() throws IOException {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        ForkedJvm jvm = start("always_sometimes", receiver)) {
      assertThat(jvm.awaitExit()).isEqualTo(1);

      assertThat(jvm.output())
          .contains(
              "IllegalArgumentException: otel.config.file must be a declarative configuration that"
                  + " OpenTelemetry can read, was '"
                  + folder.resolve("otel.yaml")
                  + "' (from system property otel.config.file); ")
          .contains("always_sometimes");
    }
  }
}
