/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.internal.server.Reply;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.ReceivedSpan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configuration by a settings file alone. */
class ConfiguredTest {
  @TempDir private Path folder;

  private void configure(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("observe.properties"), text);
    System.setProperty("observe.config.file", file.toString());
  }

  @AfterEach
  void clear() {
    System.clearProperty("observe.config.file");
    System.clearProperty("otel.config.file");
  }

  @Test
  void file_fourKeys_configureTracing() throws IOException {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      configure(
          "name=user-api\nendpoint=" + receiver.endpoint() + "\nsampler=1.0\nbatcher=otlphttp\n");
      try (Tracing tracing = Tracing.builder("unnamed").disableGlobal().start()) {
        tracing.span("work", () -> {});

        assertThat(tracing.flush(Duration.ofSeconds(20))).isTrue();
      }

      assertThat(receiver.spans())
          .extracting(ReceivedSpan::serviceName)
          .containsExactly("user-api");
    }
  }

  @Test
  void file_sampler_isUsed() throws IOException {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      configure("endpoint=" + receiver.endpoint() + "\nsampler=0\n");
      try (Tracing tracing = Tracing.builder("shop").disableGlobal().start()) {
        tracing.span("work", () -> {});

        assertThat(tracing.flush(Duration.ofSeconds(20))).isTrue();
      }

      assertThat(receiver.spans()).isEmpty();
    }
  }

  @Test
  void file_metricsSettings_areUsed() throws IOException {
    configure("name=user-api\notel.exporter.prometheus.port=0\n");

    try (Metrics metrics = Metrics.builder("unnamed").disableGlobal().start()) {
      assertThat(metrics.uri().getPort()).isNotEqualTo(2112);
      assertThat(Reply.get(metrics.uri().getPort(), "/metrics").text())
          .containsPattern("target_info\\{[^}]*service_name=\"user-api\"");
    }
  }

  @Test
  void file_settingInCode_isOverridden() throws IOException {
    configure("endpoint=http://127.0.0.1:1\n");
    try (OtlpReceiver receiver = OtlpReceiver.start();
        Tracing tracing =
            Tracing.builder("shop").endpoint(receiver.endpoint()).disableGlobal().start()) {
      tracing.span("work", () -> {});

      assertThat(tracing.flush(Duration.ofSeconds(20))).isTrue();
    }
  }

  @Test
  void file_unknownKey_throws() throws IOException {
    configure("otel.trace.sampler=always_off\n");

    assertThatThrownBy(() -> Observe.initTracing("shop"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Nothing reads 'otel.trace.sampler' (from file ")
        .hasMessageEndingWith("); is it otel.traces.sampler?");
  }

  @Test
  void start_declarativeConfigurationWithoutJar_throws() {
    System.setProperty("otel.config.file", "otel.yaml");

    for (Runnable start :
        new Runnable[] {() -> Observe.initTracing("shop"), () -> Observe.initMetrics("shop")}) {
      assertThatThrownBy(start::run)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "otel.config.file needs the jar"
                  + " io.opentelemetry:opentelemetry-sdk-extension-declarative-config, was"
                  + " 'otel.yaml' (from system property otel.config.file); add it to the class"
                  + " path, or use observe.config.file");
    }
    assertThat(Observe.currentMetrics()).isEmpty();
  }
}
