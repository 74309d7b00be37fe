/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.internal.http.RequestHead;
import dev.observe.internal.pipeline.SendOutcome;
import dev.observe.internal.pipeline.Traffic;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests requests, the reuse of connections, and the time limit with any peer. */
@Timeout(60)
class OtlpTransportTest {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final SendOutcome ACCEPTED = new SendOutcome.Accepted(200, 0, "");
  private static final SendOutcome LATE = new SendOutcome.Unavailable("no reply in time", 0, true);

  /** More than the sockets of both peers buffer. */
  private static final byte[] BIG = new byte[20 * 1024 * 1024];

  private final AtomicInteger connections = new AtomicInteger();
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void endScripts() {
    end.countDown();
  }

  static OtlpTransport transport(String endpoint, String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put("otel.exporter.otlp.traces.endpoint", endpoint);
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return ((OtlpSpanExporter) SpanExporters.create(Traffic.config(all)).get(0)).newTransport();
  }

  private static OtlpTransport to(ScriptedServer server) {
    return transport("http://" + server.authority() + "/v1/traces");
  }

  /** Starts a server that answers {@code requests} requests of each connection. */
  private ScriptedServer answering(int requests, String reply) {
    return ScriptedServer.start(
        socket -> {
          connections.incrementAndGet();
          for (int i = 0; i < requests; i++) {
            String head = ScriptedServer.readRequest(socket);
            if (head.isEmpty()) {
              return;
            }
            heads.add(head);
            send(socket, reply);
          }
        });
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private void waitForEnd() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration since(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  @Test
  void post_repeated_reusesTheConnection() {
    try (ScriptedServer server = answering(Integer.MAX_VALUE, OK)) {
      OtlpTransport transport = to(server);

      for (int i = 0; i < 50; i++) {
        assertThat(transport.post(new byte[i * 10_000], LONG_NANOS)).isEqualTo(ACCEPTED);
      }
      transport.close();

      assertThat(connections).hasValue(1);
      assertThat(heads).hasSize(50);
    }
  }

  /** A connection that the server has closed unannounced is replaced before it is used. */
  @Test
  void post_connectionClosedSinceTheLast_reconnects() {
    try (ScriptedServer server = answering(1, OK)) {
      OtlpTransport transport = to(server);

      for (int i = 0; i < 5; i++) {
        await().until(server::isIdle);
        assertThat(transport.post(new byte[10], LONG_NANOS)).isEqualTo(ACCEPTED);
      }
      transport.close();

      assertThat(connections).hasValue(5);
    }
  }

  @Test
  void post_connectionCloseHeader_reconnects() {
    try (ScriptedServer server =
        answering(
            Integer.MAX_VALUE,
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: a, Close\r\n\r\n")) {
      OtlpTransport transport = to(server);

      assertThat(transport.post(new byte[10], LONG_NANOS)).isEqualTo(ACCEPTED);
      assertThat(transport.post(new byte[10], LONG_NANOS)).isEqualTo(ACCEPTED);
      transport.close();

      assertThat(connections).hasValue(2);
    }
  }

  /** An unrequested reply must not be read as the reply to the next request. */
  @Test
  void post_afterUnrequestedReply_reconnects() {
    try (ScriptedServer server = answering(Integer.MAX_VALUE, OK + OK.replace("200", "400"))) {
      OtlpTransport transport = to(server);

      assertThat(transport.post(new byte[10], LONG_NANOS)).isEqualTo(ACCEPTED);
      assertThat(transport.post(new byte[10], LONG_NANOS)).isEqualTo(ACCEPTED);
      transport.close();

      assertThat(connections).hasValue(2);
    }
  }

  @Test
  void post_connectionClosedInsteadOfReply_isUnavailable() {
    try (ScriptedServer server = ScriptedServer.start(ScriptedServer::readRequest)) {
      OtlpTransport transport = to(server);

      assertThat(transport.post(new byte[10], LONG_NANOS))
          .isEqualTo(
              new SendOutcome.Unavailable(
                  "EOFException: the connection ended without a reply", 0, false));
      transport.close();
    }
  }

  @Test
  void post_replyArrivesByteByByte_endsAtTheLimit() {
    try (ScriptedServer server =
        ScriptedServer.start(
            socket -> {
              ScriptedServer.readRequest(socket);
              send(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
              while (!waited(20)) {
                send(socket, "x");
              }
            })) {
      assertLate(to(server), new byte[10]);
    }
  }

  private boolean waited(long millis) {
    try {
      return end.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  @Test
  void post_peerDoesNotRead_endsAtTheLimit() {
    try (ScriptedServer server = ScriptedServer.start(socket -> waitForEnd())) {
      assertLate(to(server), BIG);
    }
  }

  private static void assertLate(OtlpTransport transport, byte[] request) {
    long start = System.nanoTime();

    SendOutcome outcome = transport.post(request, SHORT_NANOS);

    assertThat(outcome).isEqualTo(LATE);
    assertThat(since(start)).isBetween(Duration.ofNanos(SHORT_NANOS), Duration.ofSeconds(5));
    transport.close();
  }

  /** The reply arrives before the body is written, and the server reads no more of it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void post_refusedWhileWriting_returnsTheRefusal(boolean closes) {
    try (ScriptedServer server =
        ScriptedServer.start(
            socket -> {
              connections.incrementAndGet();
              ScriptedServer.readHead(socket);
              send(socket, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
              if (!closes) {
                waitForEnd();
              }
            })) {
      OtlpTransport transport = to(server);

      assertThat(transport.post(BIG, LONG_NANOS))
          .isEqualTo(new SendOutcome.Refused(413, "HTTP 413"));
      assertThat(transport.post(BIG, LONG_NANOS))
          .isEqualTo(new SendOutcome.Refused(413, "HTTP 413"));
      transport.close();

      assertThat(connections).hasValue(2);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void abort_requestInFlight_isCancelled(boolean writing) {
    try (ScriptedServer server = ScriptedServer.start(socket -> hold(socket, writing))) {
      OtlpTransport transport = to(server);
      CompletableFuture<SendOutcome> outcome =
          CompletableFuture.supplyAsync(
              () -> transport.post(writing ? BIG : new byte[10], LONG_NANOS));
      await().until(() -> connections.get() > 0);

      transport.abort();

      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(
              () ->
                  assertThat(outcome)
                      .isCompletedWithValue(new SendOutcome.Unavailable("cancelled", 0, false)));
      assertThat(transport.post(new byte[10], LONG_NANOS))
          .isEqualTo(new SendOutcome.Unavailable("cancelled", 0, false));
    }
  }

  private void hold(Socket socket, boolean writing) throws IOException {
    if (!writing) {
      ScriptedServer.readRequest(socket);
    }
    connections.incrementAndGet();
    waitForEnd();
  }

  @Test
  void post_interrupted_continues() {
    try (ScriptedServer server =
        ScriptedServer.start(
            socket -> {
              ScriptedServer.readRequest(socket);
              connections.incrementAndGet();
              waitForEnd();
              send(socket, OK);
            })) {
      OtlpTransport transport = to(server);
      CompletableFuture<SendOutcome> outcome = new CompletableFuture<>();
      CompletableFuture<Boolean> flag = new CompletableFuture<>();
      Thread thread =
          new Thread(
              () -> {
                outcome.complete(transport.post(new byte[10], LONG_NANOS));
                flag.complete(Thread.interrupted());
              });
      thread.start();
      await().until(() -> connections.get() > 0);

      thread.interrupt();
      end.countDown();

      assertThat(outcome.join()).isEqualTo(ACCEPTED);
      assertThat(flag.join()).isTrue();
      transport.close();
    }
  }

  @Test
  void post_interruptedBefore_waitsWithoutSpinning() {
    try (ScriptedServer server = ScriptedServer.start(socket -> waitForEnd())) {
      Thread.currentThread().interrupt();
      long cpu = THREADS.getCurrentThreadCpuTime();

      SendOutcome outcome = to(server).post(new byte[10], TimeUnit.SECONDS.toNanos(1));

      cpu = THREADS.getCurrentThreadCpuTime() - cpu;
      assertThat(Thread.interrupted()).isTrue();
      assertThat(outcome).isEqualTo(LATE);
      assertThat(Duration.ofNanos(cpu)).isLessThan(Duration.ofMillis(500));
    }
  }

  @Test
  void post_noServer_isUnavailable() {
    int port;
    try (ScriptedServer server = answering(1, OK)) {
      port = server.port();
    }

    assertThat(transport("http://127.0.0.1:" + port).post(new byte[10], LONG_NANOS))
        .isEqualTo(new SendOutcome.Unavailable("connection refused", 0, false));
  }

  @Test
  void post_unknownHost_isUnavailable() {
    assertThat(transport("http://nowhere.invalid:1/").post(new byte[10], LONG_NANOS))
        .isEqualTo(new SendOutcome.Unavailable("host name unknown", 0, false));
  }

  @Test
  void post_proxy_reusesTheConnection() {
    try (ScriptedServer proxy = answering(2, OK)) {
      System.setProperty("http.proxyHost", "127.0.0.1");
      System.setProperty("http.proxyPort", Integer.toString(proxy.port()));
      OtlpTransport transport = transport("http://me:secret@collector.invalid:4318/v1/traces");

      assertThat(transport.post(new byte[10], LONG_NANOS)).isEqualTo(ACCEPTED);
      assertThat(transport.post(new byte[10], LONG_NANOS)).isEqualTo(ACCEPTED);
      transport.close();

      assertThat(heads)
          .hasSize(2)
          .allSatisfy(
              head ->
                  assertThat(head)
                      .startsWith("POST http://collector.invalid:4318/v1/traces HTTP/1.1\r\n")
                      .contains("\r\nHost: collector.invalid:4318\r\n"));
      assertThat(connections).hasValue(1);
    } finally {
      System.clearProperty("http.proxyHost");
      System.clearProperty("http.proxyPort");
    }
  }

  /** RFC 9112: the encoded path and the host with its port, without user information. */
  @Test
  void post_settings_setPathAndHeaders() {
    try (ScriptedServer server = answering(1, OK)) {
      OtlpTransport transport =
          transport(
              "http://me:secret@localhost:" + server.port() + "/a%20b",
              "otel.exporter.otlp.headers",
              "X-Key=some%20thing",
              "otel.exporter.otlp.compression",
              "gzip");

      assertThat(transport.post(new byte[100_000], LONG_NANOS)).isEqualTo(ACCEPTED);
      transport.close();

      assertThat(heads.get(0))
          .startsWith("POST /a%20b HTTP/1.1\r\n")
          .contains("\r\nHost: localhost:" + server.port() + "\r\n")
          .contains("\r\nContent-Type: application/x-protobuf\r\n")
          .contains("\r\nContent-Encoding: gzip\r\n")
          .containsPattern("\r\nContent-Length: \\d{2,3}\r\n")
          .containsIgnoringCase("\r\nX-Key: some thing\r\n")
          .contains("\r\nUser-Agent: OTel")
          .doesNotContain("secret");
    }
  }

  @Test
  void head_defaultPort_isOmitted() {
    RequestHead head = OtlpTransport.head(config("http://[::1]:80"));

    assertThat(new String(head.bytes(7, false), ISO_8859_1))
        .startsWith("POST / HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 7\r\n");
    assertThat(new String(head.bytes(7, true), ISO_8859_1))
        .startsWith("POST http://[::1]:80/ HTTP/1.1\r\nHost: [::1]\r\n");
  }

  private static HttpSenderConfig config(String endpoint) {
    ConfigProperties settings =
        Traffic.config(Map.of("otel.exporter.otlp.traces.endpoint", endpoint));
    EncodedRequestCapture capture = new EncodedRequestCapture(0);
    SenderExporters.stock(settings, "http/protobuf", HttpSenderProvider.class, capture).shutdown();
    return requireNonNull(capture.config());
  }

  @Test
  void create_headersThatForgeARequest_throw() {
    assertThatThrownBy(
            () -> transport("http://host", "otel.exporter.otlp.headers", "X-Key=secret%0d%0aX: y"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "otel.exporter.otlp.headers (OTEL_EXPORTER_OTLP_HEADERS) must be headers that a client"
                + " may set, was rejected: invalid value of the header \"X-Key\"");
    assertThatThrownBy(
            () -> transport("http://host", "otel.exporter.otlp.headers", "Transfer-Encoding=x"))
        .hasMessageContaining("restricted header name: \"Transfer-Encoding\"");
  }
}
