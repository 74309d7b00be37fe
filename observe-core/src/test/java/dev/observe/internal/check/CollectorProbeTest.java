/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.CollectorCheck;
import dev.observe.CollectorCheck.Finding;
import dev.observe.internal.otlp.ScriptedServer;
import dev.observe.testkit.OtlpReceiver;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Failures to reach an endpoint without TLS, each with its finding and message. */
class CollectorProbeTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String ENDPOINT =
      "otel.exporter.otlp.endpoint (OTEL_EXPORTER_OTLP_ENDPOINT)";
  private static final String TRACES_ENDPOINT =
      "otel.exporter.otlp.traces.endpoint (OTEL_EXPORTER_OTLP_TRACES_ENDPOINT)";

  static CollectorProbe probe(Map<String, String> settings) {
    return CollectorProbe.of(DefaultConfigProperties.createFromMap(settings));
  }

  /** Checks {@code otel.exporter.otlp.endpoint}, with more settings as pairs. */
  static CollectorCheck check(String endpoint, String... more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("otel.exporter.otlp.endpoint", endpoint);
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return probe(settings).check(TIMEOUT);
  }

  static void assertFound(CollectorCheck check, Finding finding, String message) {
    assertThat(check.message()).isEqualTo(message);
    assertThat(check.finding()).isEqualTo(finding);
    assertThat(check.isOk()).isEqualTo(finding == Finding.OK);
    assertThat(check).hasToString(finding + ": " + message);
  }

  @Test
  void check_unknownHost_nameUnknown() {
    assertFound(
        check("http://collector.invalid:4318"),
        Finding.NAME_UNKNOWN,
        "The host name collector.invalid is unknown. Correct the host in " + ENDPOINT + ".");
  }

  @Test
  void check_closedPort_connectionRefused() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    assertFound(
        check("http://127.0.0.1:" + port),
        Finding.CONNECTION_REFUSED,
        "Nothing listens at 127.0.0.1:"
            + port
            + ": the connection was refused. Start the collector, or correct host and port in "
            + ENDPOINT
            + ".");
  }

  @Test
  void check_fullBacklog_connectTimeout() throws IOException {
    List<Socket> waiting = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      fill(full, waiting);
      Map<String, String> settings =
          Map.of("otel.exporter.otlp.endpoint", "http://127.0.0.1:" + full.getLocalPort());
      long start = System.nanoTime();

      CollectorCheck check = probe(settings).check(Duration.ofMillis(400));

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertFound(
          check,
          Finding.CONNECT_TIMEOUT,
          "127.0.0.1:"
              + full.getLocalPort()
              + " did not accept a connection within 400 ms. Correct host and port in "
              + ENDPOINT
              + ", or open the firewall between.");
    } finally {
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  /** Fills the backlog of a socket that accepts no connection, so that the next one is dropped. */
  private static void fill(ServerSocket full, List<Socket> waiting) throws IOException {
    for (int i = 0; i < 20; i++) {
      Socket socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort()), 300);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
  }

  @Test
  void check_silentServer_noAnswer() {
    try (ScriptedServer server = ScriptedServer.start(ScriptedServer::silent)) {
      Map<String, String> settings =
          Map.of(
              "otel.exporter.otlp.traces.endpoint", "http://" + server.authority() + "/v1/traces");
      long start = System.nanoTime();

      CollectorCheck check = probe(settings).check(Duration.ofSeconds(1));

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
      assertFound(
          check,
          Finding.NO_ANSWER,
          server.authority()
              + " accepted the connection and did not answer within 1 s. Correct host and port in "
              + TRACES_ENDPOINT
              + ". If the collector needs more time, raise"
              + " otel.exporter.otlp.timeout (OTEL_EXPORTER_OTLP_TIMEOUT).");
    }
  }

  @Test
  void check_withoutTimeout_usesTheExportersTimeout() {
    try (ScriptedServer server = ScriptedServer.start(ScriptedServer::silent)) {
      CollectorCheck check =
          probe(
                  Map.of(
                      "otel.exporter.otlp.endpoint",
                      "http://" + server.authority(),
                      "otel.exporter.otlp.timeout",
                      "300"))
              .check();

      assertThat(check.message()).contains("did not answer within 300 ms");
    }
  }

  @Test
  void check_responseWithoutEnd_ends() {
    try (ScriptedServer server =
        ScriptedServer.start(
            socket -> {
              ScriptedServer.readHead(socket);
              byte[] head = "HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII);
              socket.getOutputStream().write(head);
              while (true) {
                socket.getOutputStream().write(new byte[8192]);
              }
            })) {
      assertThat(check("http://" + server.authority()).finding())
          .isEqualTo(Finding.NOT_A_COLLECTOR);
    }
  }

  @Test
  void check_connectionClosedByServer_closed() {
    try (ScriptedServer server = ScriptedServer.start(ScriptedServer::readHead)) {
      assertFound(
          check("http://" + server.authority()),
          Finding.CLOSED,
          server.authority()
              + " accepted the connection and closed it without an answer. Correct host and port in "
              + ENDPOINT
              + ".");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "otel.traces.exporter, none, 'No spans go to a collector: otel.traces.exporter"
        + " (OTEL_TRACES_EXPORTER) is none. Set it to otlp to send them.'",
    "otel.traces.exporter, console, 'No spans go to a collector: otel.traces.exporter"
        + " (OTEL_TRACES_EXPORTER) is console. Set it to otlp to send them.'",
    "otel.sdk.disabled, true, 'No spans are recorded: otel.sdk.disabled (OTEL_SDK_DISABLED) is true."
        + " Remove it to send spans.'"
  })
  void check_noOtlpExporter_isOk(String setting, String value, String message) {
    CollectorCheck check = probe(Map.of(setting, value)).check();

    assertThat(check.message()).isEqualTo(message);
    assertThat(check.finding()).isEqualTo(Finding.NO_OTLP_EXPORTER);
    assertThat(check.isOk()).isTrue();
  }

  @Test
  void check_javaAgent_isOk() {
    CollectorCheck check = CollectorProbe.ofAgent().check();

    assertThat(check.finding()).isEqualTo(Finding.JOINED_AGENT);
    assertThat(check.isOk()).isTrue();
    assertThat(check.message())
        .isEqualTo(
            "OpenTelemetry's Java agent is attached and exports the spans; observe sends none"
                + " itself. Check the agent's settings and its log.");
  }

  @Test
  void check_invalidSetting_unknown() {
    CollectorCheck check =
        check("https://127.0.0.1:1", "otel.exporter.otlp.certificate", "/nowhere.pem");

    assertThat(check.finding()).isEqualTo(Finding.UNKNOWN);
    assertThat(check.isOk()).isFalse();
    assertThat(check.message()).startsWith("The endpoint could not be checked: ");
  }

  @Test
  void check_timeoutNotPositive_throws() {
    CollectorProbe probe = probe(Map.of());

    assertThatThrownBy(() -> probe.check(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timeout must be positive, was PT0S");
  }

  @Test
  void check_timeoutForever_isAccepted() {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      CollectorProbe probe = probe(Map.of("otel.exporter.otlp.endpoint", receiver.endpoint()));

      assertThat(probe.check(ChronoUnit.FOREVER.getDuration()).finding()).isEqualTo(Finding.OK);
      probe.checkOnce();
      probe.close(ChronoUnit.FOREVER.getDuration());
    }
  }

  @Test
  void check_interrupted_waitsAndKeepsTheInterrupt() {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      Thread.currentThread().interrupt();

      CollectorCheck check = check(receiver.endpoint());

      assertThat(Thread.interrupted()).isTrue();
      assertThat(check.finding()).isEqualTo(Finding.OK);
    }
  }

  @Test
  void check_proxy_isInTheMessage() {
    AtomicReference<String> request = new AtomicReference<>("");
    try (ScriptedServer proxy =
        ScriptedServer.start(
            socket -> {
              request.set(ScriptedServer.readHead(socket));
              ScriptedServer.reply(socket, "502 Bad Gateway", "");
            })) {
      System.setProperty("http.proxyHost", "127.0.0.1");
      System.setProperty("http.proxyPort", Integer.toString(proxy.port()));
      CollectorCheck check = check("http://collector.test:4318");

      assertThat(request.get())
          .startsWith(
              "POST http://collector.test:4318/v1/traces HTTP/1.1\r\nHost: collector.test:");
      assertThat(check.finding()).isEqualTo(Finding.SERVER_ERROR);
      assertThat(check.message())
          .endsWith(
              " The connection uses the proxy 127.0.0.1:"
                  + proxy.port()
                  + ", set by the JVM properties http.proxyHost and https.proxyHost.");
    } finally {
      System.clearProperty("http.proxyHost");
      System.clearProperty("http.proxyPort");
    }
  }
}
