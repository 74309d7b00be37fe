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
 * Our parts beside OpenTelemetry's declarative configuration. They do not need its jar: here the
 * jar contains only an empty class with the name that we look for.
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

  /** Prints its page, or the message of its exception. */
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

  /** The SDK of a declarative file takes no reader of ours, so the page must not depend on it. */
  @Test
  void metrics_declarativeFile_pageIsUnchanged() throws IOException {
    Path file = Files.writeString(folder.resolve("otel.yaml"), "file_format: \"1.0\"\n");

    assertThat(run("otel.config.file", file.toString()))
        .contains("\nt_orders_total 1.0\n", "\nt_things_total{", "\nbuild_info{")
        .containsPattern("target_info\\{[^}]*service_name=\"shop\"");
  }

  @Test
  void start_declarativeFileMissing_throws() {
    String file = folder.resolve("none.yaml").toString();

    assertThat(run("otel.config.file", file))
        .contains(
            "otel.config.file must be a YAML file that can be read, was '"
                + file
                + "' (from system property otel.config.file); name an existing file, best by its"
                + " full path");
  }

  /** OpenTelemetry would not read it there, and use the other settings. */
  @Test
  void start_declarativeFileNamedInSettingsFile_throws() throws IOException {
    Path file = Files.writeString(folder.resolve("o.properties"), "otel.config.file=otel.yaml\n");

    assertThat(run("observe.config.file", file.toString()))
        .contains(
            "otel.config.file must be a system property or an environment variable, was"
                + " 'otel.yaml' (from file "
                + file
                + "); OpenTelemetry reads it from no other source");
  }
}
