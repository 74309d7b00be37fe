/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.testkit.OtlpReceiver;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Options with several values add up, and a comma in a value does not make it two. */
class BuilderOptionsTest {
  private static String statusOf(URI page, String host) throws IOException {
    try (Socket socket = new Socket(page.getHost(), page.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readNBytes("HTTP/1.1 200".length()), StandardCharsets.US_ASCII)
          .substring("HTTP/1.1 ".length());
    }
  }

  @Test
  void allowedHosts_calledTwice_addUp() throws IOException {
    try (Metrics metrics =
        Metrics.builder("shop")
            .port(0)
            .disableGlobal()
            .allowedHosts("one.example", "two.example")
            .allowedHosts("three.example")
            .start()) {
      assertThat(statusOf(metrics.uri(), "one.example")).isEqualTo("200");
      assertThat(statusOf(metrics.uri(), "two.example")).isEqualTo("200");
      assertThat(statusOf(metrics.uri(), "three.example")).isEqualTo("200");
      assertThat(statusOf(metrics.uri(), "four.example")).isEqualTo("421");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"one.example,two.example", " ", ""})
  void allowedHosts_commaOrBlank_throws(String name) {
    assertThatThrownBy(() -> Metrics.builder("shop").allowedHosts("localhost", name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "names must not be blank nor contain a comma, was '"
                + name
                + "'; pass each value as its own argument");
  }

  @Test
  void exporter_calledTwice_addsUp() {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        Tracing tracing =
            Tracing.builder("shop")
                .endpoint(receiver.endpoint())
                .exporter("console")
                .exporter("otlp")
                .disableGlobal()
                .start()) {
      tracing.span("checkout", () -> {});

      assertThat(tracing.flush(Duration.ofSeconds(20))).isTrue();
      assertThat(receiver.spans()).hasSize(1);
    }
  }

  @Test
  void exporter_comma_throws() {
    assertThatThrownBy(() -> Tracing.builder("shop").exporter("otlp,console"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "names must not be blank nor contain a comma, was 'otlp,console'; pass each value as"
                + " its own argument");
  }
}
