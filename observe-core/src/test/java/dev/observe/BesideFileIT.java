/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.server.Reply;
import dev.observe.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is ours beside OpenTelemetry's declarative configuration. Its jar is not needed for that: a
 * jar in which the class that we look for is empty shows that none of it is used.
 */
class BesideFileIT {
  @TempDir private Path folder;

  @BeforeEach
  void writeJar() throws IOException {
    Path jar = folder.resolve("declarative-config.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(
          new JarEntry(
              "io/opentelemetry/sdk/autoconfigure/declarativeconfig/DeclarativeConfiguration.class"));
      out.closeEntry();
    }
  }

  /** Shows its page, or what is wrong with its settings. */
  static final class Shop {
    private Shop() {}

    public static void main(String[] args) throws IOException {
      try (Metrics metrics = Observe.initMetrics("shop")) {
        metrics.counter("t_orders").inc();
        metrics.meter().counterBuilder("t_things").build().add(2);
        System.out.println(Reply.get(metrics.uri().getPort(), "/metrics").text());
      } catch (IllegalArgumentException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private String run(String property, String value) {
    Map<String, String> properties =
        Map.of(
            property, value, "otel.exporter.prometheus.port", "0", "observe.metrics.jvm", "none");
    try (ForkedJvm jvm = ForkedJvm.startWith(folder, Shop.class, properties)) {
      assertThat(jvm.awaitExit()).as(jvm.output()).isZero();
      return jvm.output();
    }
  }

  /** An SDK that a file configures takes no reader from us: the page must not depend on it. */
  @Test
  void metrics_haveThePageAsEver() throws IOException {
    Path file = Files.writeString(folder.resolve("otel.yaml"), "file_format: \"1.0\"\n");

    assertThat(run("otel.config.file", file.toString()))
        .contains("\nt_orders_total 1.0\n", "\nt_things_total{", "\nbuild_info{")
        .containsPattern("target_info\\{[^}]*service_name=\"shop\"");
  }

  @Test
  void fileThatIsNotThere_isToldWithTheSetting() {
    String file = folder.resolve("none.yaml").toString();

    assertThat(run("otel.config.file", file))
        .contains(
            "otel.config.file must be a YAML file that can be read, was '"
                + file
                + "' (from system property otel.config.file); name an existing file, best by its"
                + " full path");
  }

  /** OpenTelemetry would not see it there, and the settings that it replaces would hold. */
  @Test
  void fileNamedInOurFile_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("o.properties"), "otel.config.file=otel.yaml\n");

    assertThat(run("observe.config.file", file.toString()))
        .contains(
            "otel.config.file must be a system property or an environment variable, was"
                + " 'otel.yaml' (from file "
                + file
                + "); OpenTelemetry reads it from no other source");
  }
}
