/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.internal.config.Setting;
import dev.observe.internal.exposition.EndpointHandler;
import dev.observe.internal.exposition.MetricsPage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsEndpointTest {
  private final MetricsPage page = MetricsPage.create(Content.registry());

  @AfterEach
  void closePage() {
    page.close();
  }

  private TestEndpoint endpoint() {
    return TestEndpoint.of(page);
  }

  @Test
  void get_page_isText() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().start()) {
      Reply reply = Reply.get(endpoint.uri().getPort(), "/metrics");

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("content-type"))
          .isEqualTo("text/plain; version=0.0.4; charset=utf-8");
      assertThat(reply.header("content-length")).isEqualTo("" + reply.body().length);
      assertThat(Content.value(reply.text(), "orders_total")).isEqualTo(3);
      assertThat(reply.text()).contains("jvm_memory_used_bytes{area=\"heap\"}");
    }
  }

  @Test
  void head_page_hasTheHeadersOfTheGetAndNoBody() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().start()) {
      Reply reply = Reply.request(endpoint.uri().getPort(), "HEAD", "/metrics");

      assertThat(reply.status()).isEqualTo(200);
      assertThat(Integer.parseInt(reply.header("content-length"))).isGreaterThan(1000);
      assertThat(reply.body()).isEmpty();
    }
  }

  @Test
  void P16_get_otherPath_is404WithoutBody() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().start()) {
      for (String target : List.of("/", "/metrics/", "/metrics/x", "/metric", "/%6detrics", "*")) {
        Reply reply = Reply.get(endpoint.uri().getPort(), target);

        assertThat(reply.status()).as(target).isEqualTo(404);
        assertThat(reply.body()).as(target).isEmpty();
      }
    }
  }

  @Test
  void P15_request_otherMethod_is405WithAllow() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().start()) {
      for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "TRACE", "FOO", "get")) {
        Reply reply = Reply.request(endpoint.uri().getPort(), method, "/metrics");

        assertThat(reply.status()).as(method).isEqualTo(405);
        assertThat(reply.header("allow")).as(method).isEqualTo("GET, HEAD");
      }
    }
  }

  /** The reset that unread input causes must not discard the response. */
  @Test
  void post_unreadBody_stillGetsTheResponse() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().start()) {
      Reply reply =
          Reply.raw(
              endpoint.uri().getPort(),
              "POST /metrics HTTP/1.1\r\nContent-Length: 50000\r\n\r\n" + "x".repeat(50_000));

      assertThat(reply.status()).isEqualTo(405);
      assertThat(reply.header("connection")).isEqualTo("close");
    }
  }

  /** The bytes of an unread body must not be parsed as a request. */
  @Test
  void get_withBody_isAnsweredAndTheConnectionClosed() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().start()) {
      for (String framing : List.of("Content-Length: 30", "Transfer-Encoding: chunked")) {
        Reply reply =
            Reply.raw(
                endpoint.uri().getPort(),
                "GET /metrics?name[]=orders_total HTTP/1.1\r\n"
                    + framing
                    + "\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("connection")).isEqualTo("close");
        assertThat(reply.body().length).isEqualTo(Integer.parseInt(reply.header("content-length")));
      }
    }
  }

  @Test
  void get_pipelined_isServedOnOneConnection() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().start();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.uri().getPort())) {
      socket.setSoTimeout(10_000);
      String request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
      socket.getOutputStream().write((request + request).getBytes(StandardCharsets.US_ASCII));

      assertThat(Reply.readOne(socket.getInputStream()).status()).isEqualTo(200);
      assertThat(Reply.readOne(socket.getInputStream()).status()).isEqualTo(200);

      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      assertThat(Reply.readOne(socket.getInputStream()).status()).isEqualTo(200);
    }
  }

  @Test
  void get_inPiecesOfOneByte_isServed() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().start();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.uri().getPort())) {
      socket.setSoTimeout(10_000);
      socket.setTcpNoDelay(true);
      for (byte b : "GET /metrics HTTP/1.1\r\nA: b\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
        socket.getOutputStream().write(b);
        socket.getOutputStream().flush();
      }

      assertThat(Reply.readOne(socket.getInputStream()).status()).isEqualTo(200);
    }
  }

  @Test
  void get_http10_isServedWithoutHostAndClosed() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().start()) {
      Reply reply = Reply.raw(endpoint.uri().getPort(), "GET /metrics HTTP/1.0\r\n\r\n");

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("connection")).isEqualTo("close");
    }
  }

  @Test
  void get_absoluteForm_isServed() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().start()) {
      assertThat(Reply.get(endpoint.uri().getPort(), "http://any.host:1/metrics").status())
          .isEqualTo(200);
    }
  }

  @Test
  void request_malformed_isRejectedAndTheConnectionClosed() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().start()) {
      int port = endpoint.uri().getPort();

      assertThat(Reply.raw(port, "rubbish\r\n\r\n").status()).isEqualTo(400);
      assertThat(Reply.raw(port, "GET /metrics HTTP/1.1\n\n").status()).isEqualTo(400);
      assertThat(Reply.raw(port, "GET /metrics HTTP/1.1\r\nno colon\r\n\r\n").status())
          .isEqualTo(400);
      assertThat(Reply.raw(port, "GET /metrics HTTP/1.1\r\nA: b\r\n folded\r\n\r\n").status())
          .isEqualTo(400);
      assertThat(Reply.raw(port, "GET /metrics HTTP/1.1\r\nA: \0\r\n\r\n").status()).isEqualTo(400);
      assertThat(Reply.raw(port, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").status()).isEqualTo(505);
      assertThat(Reply.raw(port, "\u0016\u0003\u0001 a TLS hello").status()).isEqualTo(400);
    }
  }

  @Test
  void P15_request_queryOrHeadersOverTheLimit_isRejected() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().start()) {
      int port = endpoint.uri().getPort();
      String largest = "/metrics?" + "q".repeat(8 * 1024);

      assertThat(Reply.get(port, largest).status()).isEqualTo(200);
      assertThat(Reply.get(port, largest + "q").status()).isEqualTo(414);
      assertThat(Reply.get(port, largest + "q".repeat(1024 * 1024)).status()).isEqualTo(414);
      assertThat(Reply.get(port, "/metrics?" + "name[]=a&".repeat(100)).status()).isEqualTo(200);
      assertThat(Reply.get(port, "/metrics?" + "name[]=a&".repeat(101)).status()).isEqualTo(400);
      assertThat(Reply.get(port, "/metrics?" + "name%5B%5D=a&".repeat(101)).status())
          .isEqualTo(400);
      assertThat(Reply.get(port, "/metrics", "X: " + "y".repeat(17 * 1024)).status())
          .isEqualTo(431);
      assertThat(Reply.raw(port, "GET /metrics HTTP/1.1\r\n" + "A: b\r\n".repeat(101)).status())
          .isEqualTo(431);
    }
  }

  @Test
  void statusLine_eachStatus_hasItsReason() throws IOException {
    EndpointHandler broken =
        exchange -> {
          throw new IllegalStateException("broken");
        };
    EndpointHandler busy =
        exchange -> exchange.getResponse().sendHeadersAndGetBody(503, -1).close();
    try (CapturedLog log = new CapturedLog(MetricsPage.class);
        MetricsEndpoint open =
            endpoint().handlers(Map.of("/broken", broken, "/busy", busy)).start();
        MetricsEndpoint secured = endpoint().set(Setting.BEARER_TOKEN.name(), "t").start()) {
      int port = open.uri().getPort();

      assertThat(Reply.get(port, "/metrics").statusLine()).isEqualTo("HTTP/1.1 200 OK");
      assertThat(Reply.raw(port, "rubbish\r\n\r\n").statusLine())
          .isEqualTo("HTTP/1.1 400 Bad Request");
      assertThat(Reply.get(secured.uri().getPort(), "/metrics").statusLine())
          .isEqualTo("HTTP/1.1 401 Unauthorized");
      assertThat(Reply.get(port, "/nothing").statusLine()).isEqualTo("HTTP/1.1 404 Not Found");
      assertThat(Reply.request(port, "POST", "/metrics").statusLine())
          .isEqualTo("HTTP/1.1 405 Method Not Allowed");
      assertThat(Reply.get(port, "/metrics?" + "q".repeat(8 * 1024 + 1)).statusLine())
          .isEqualTo("HTTP/1.1 414 URI Too Long");
      assertThat(
              Reply.raw(
                      port,
                      "GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
                  .statusLine())
          .isEqualTo("HTTP/1.1 421 Misdirected Request");
      assertThat(Reply.get(port, "/metrics", "X: " + "y".repeat(17 * 1024)).statusLine())
          .isEqualTo("HTTP/1.1 431 Request Header Fields Too Large");
      assertThat(Reply.get(port, "/broken").statusLine())
          .isEqualTo("HTTP/1.1 500 Internal Server Error");
      assertThat(Reply.get(port, "/busy").statusLine())
          .isEqualTo("HTTP/1.1 503 Service Unavailable");
      assertThat(Reply.raw(port, "PRI * HTTP/2.0\r\n\r\n").statusLine())
          .isEqualTo("HTTP/1.1 505 HTTP Version Not Supported");
      assertThat(log.lines()).hasSize(1);
    }
  }

  @Test
  void handler_ofAnotherPath_answersIt() throws IOException {
    EndpointHandler version =
        exchange -> {
          exchange.getResponse().setHeader("Content-Type", "text/plain");
          try (OutputStream body = exchange.getResponse().sendHeadersAndGetBody(200, 0)) {
            body.write("1.2.3".getBytes(StandardCharsets.US_ASCII));
          }
        };
    try (MetricsEndpoint endpoint = endpoint().handlers(Map.of("/version", version)).start()) {
      int port = endpoint.uri().getPort();

      assertThat(Reply.get(port, "/version").text()).isEqualTo("1.2.3");
      assertThat(Reply.request(port, "HEAD", "/version").body()).isEmpty();
      assertThat(Reply.request(port, "POST", "/version").status()).isEqualTo(405);
      assertThat(Reply.get(port, "/metrics").status()).isEqualTo(200);
    }
  }

  @Test
  void P16_handler_throws_responseHasNoDetail() throws IOException {
    EndpointHandler bad =
        exchange -> {
          throw new IllegalStateException("secret");
        };
    try (CapturedLog log = new CapturedLog(MetricsPage.class);
        MetricsEndpoint endpoint = endpoint().handlers(Map.of("/bad", bad)).start()) {
      Reply reply = Reply.get(endpoint.uri().getPort(), "/bad");
      Reply.get(endpoint.uri().getPort(), "/bad");

      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.body()).isEmpty();
      assertThat(log.lines())
          .containsExactly(
              "A handler of the metrics endpoint failed: /bad,"
                  + " java.lang.IllegalStateException: secret");
      assertThat(log.records()).allMatch(record -> record.getThrown() == null);
    }
  }

  @Test
  void handler_writesLessThanAnnounced_connectionIsAborted() throws IOException {
    EndpointHandler half =
        exchange -> exchange.getResponse().sendHeadersAndGetBody(200, 10).write('x');
    try (MetricsEndpoint endpoint = endpoint().handlers(Map.of("/half", half)).start();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.uri().getPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write("GET /half HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

      assertThat(Reply.readOne(socket.getInputStream()).text()).isEqualTo("x");
    }
  }

  @Test
  void uri_freePort_hasTheBoundPort() {
    try (MetricsEndpoint endpoint = endpoint().start()) {
      assertThat(endpoint.uri().toString()).matches("http://127\\.0\\.0\\.1:[1-9][0-9]*/metrics");
    }
    try (MetricsEndpoint endpoint = endpoint().set(Setting.ENDPOINT_HOST.name(), "::1").start()) {
      assertThat(endpoint.uri().toString()).matches("http://\\[::1]:[1-9][0-9]*/metrics");
    }
  }

  @Test
  void P17_start_portInUse_namesAddressPortCauseAndFix() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      assertThatThrownBy(() -> endpoint().set(Setting.ENDPOINT_PORT.name(), "" + port).start())
          .isInstanceOf(UncheckedIOException.class)
          .hasCauseInstanceOf(BindException.class)
          .hasMessage(
              "Cannot serve metrics on 127.0.0.1:"
                  + port
                  + ": Address already in use. Choose another port with port(...) or"
                  + " OTEL_EXPORTER_PROMETHEUS_PORT (0 takes any free one), another address with"
                  + " host(...) or OTEL_EXPORTER_PROMETHEUS_HOST.");
    }
  }

  @Test
  void P17_close_fiftyTimes_leavesNoThread() throws IOException {
    for (int i = 0; i < 50; i++) {
      try (MetricsEndpoint endpoint = endpoint().start();
          Socket silent = new Socket(InetAddress.getLoopbackAddress(), endpoint.uri().getPort())) {
        assertThat(silent.isConnected()).isTrue();
        assertThat(Reply.get(endpoint.uri().getPort(), "/metrics").status()).isEqualTo(200);
        assertThat(threads(endpoint)).isNotEmpty();
        endpoint.close();
        // The thread of a connection ends shortly after the connection.
        await()
            .atMost(Duration.ofSeconds(2))
            .untilAsserted(() -> assertThat(threads(endpoint)).isEmpty());
      }
    }
  }

  @Test
  void close_twice_rejectsFurtherConnections() {
    MetricsEndpoint endpoint = endpoint().start();

    endpoint.close();
    endpoint.close();

    assertThatThrownBy(() -> Reply.get(endpoint.uri().getPort(), "/metrics"))
        .isInstanceOf(IOException.class);
  }

  @Test
  void threads_ofTheEndpoint_areNamedDaemonsWithoutContextClassLoader() throws IOException {
    try (MetricsEndpoint endpoint = endpoint().start();
        Socket silent = new Socket(InetAddress.getLoopbackAddress(), endpoint.uri().getPort())) {
      assertThat(silent.isConnected()).isTrue();
      await().atMost(Duration.ofSeconds(5)).until(() -> threads(endpoint).size() == 2);

      assertThat(threads(endpoint)).allMatch(Thread::isDaemon);
      assertThat(threads(endpoint)).allMatch(thread -> thread.getContextClassLoader() == null);
    }
  }

  private static List<Thread> threads(MetricsEndpoint endpoint) {
    String prefix = "observe-endpoint-" + endpoint.uri().getPort() + "-";
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .toList();
  }

  @Test
  void P16_start_byDefault_bindsLoopback() throws IOException {
    try (CapturedLog log = new CapturedLog(MetricsEndpoint.class);
        MetricsEndpoint endpoint = endpoint().start()) {
      assertThat(endpoint.uri().getHost()).isEqualTo("127.0.0.1");
      // A server on all addresses would accept this address of 127/8 too.
      assertThatThrownBy(() -> new Socket("127.0.0.2", endpoint.uri().getPort()).close())
          .isInstanceOf(IOException.class);
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void P16_start_notLoopbackWithoutAuthenticationAndTls_logsOneWarning() throws IOException {
    try (CapturedLog log = new CapturedLog(MetricsEndpoint.class);
        MetricsEndpoint endpoint =
            endpoint().set(Setting.ENDPOINT_HOST.name(), "0.0.0.0").start()) {
      Reply.get(endpoint.uri().getPort(), "/metrics");

      assertThat(log.lines())
          .containsExactly(
              "Every client that reaches this host can read the metrics at http://0.0.0.0:"
                  + endpoint.uri().getPort()
                  + "/metrics. Set OBSERVE_METRICS_USER and OBSERVE_METRICS_PASSWORD,"
                  + " OBSERVE_METRICS_BEARER_TOKEN, or OBSERVE_METRICS_TLS_CERTIFICATE and"
                  + " OBSERVE_METRICS_TLS_KEY; or bind 127.0.0.1.");
      assertThat(log.records()).allMatch(record -> record.getLevel().equals(Level.WARNING));
    }
  }

  @Test
  void P16_start_notLoopbackWithAuthentication_logsNothing() {
    try (CapturedLog log = new CapturedLog(MetricsEndpoint.class);
        MetricsEndpoint endpoint =
            endpoint()
                .set(Setting.ENDPOINT_HOST.name(), "0.0.0.0")
                .set(Setting.BEARER_TOKEN.name(), "t")
                .start()) {
      assertThat(endpoint.uri().getHost()).isEqualTo("0.0.0.0");
      assertThat(log.lines()).isEmpty();
    }
  }
}
