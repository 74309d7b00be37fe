/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who excludes the protobuf writer to save 2 MB still gets a page, never a 500. */
class WithoutProtobufTest {
  @TempDir private Path directory;

  /** Runs in a JVM whose class path lacks the writer. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws IOException {
      try (MetricsPage page = MetricsPage.create(new PrometheusRegistry());
          MetricsEndpoint endpoint = MetricsEndpoint.builder(page).port(0).start()) {
        for (String accept :
            List.of(
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily",
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily,"
                    + "application/openmetrics-text;q=0.5")) {
          Reply reply = Reply.get(endpoint.uri().getPort(), "/metrics", "Accept: " + accept);
          System.out.println(reply.status() + " " + reply.header("content-type"));
        }
      }
    }
  }

  @Test
  void protobuf_isNotOfferedWithoutItsWriter() throws Exception {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains("prometheus-metrics-exposition-formats"))
            .collect(Collectors.joining(File.pathSeparator));
    Path empty = Files.createFile(directory.resolve("empty"));

    Command program =
        Command.run(
            empty,
            Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
            "-cp",
            classPath,
            Program.class.getName());

    assertThat(program.output().lines())
        .containsExactly(
            "200 text/plain; version=0.0.4; charset=utf-8",
            "200 application/openmetrics-text; version=1.0.0; charset=utf-8");
  }
}
