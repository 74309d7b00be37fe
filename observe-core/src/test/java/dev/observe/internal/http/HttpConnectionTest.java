/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.internal.otlp.ScriptedServer;
import dev.observe.internal.otlp.TestKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections with TLS and through proxies. */
@Timeout(60)
class HttpConnectionTest {
  private static final int MAX = 1000;
  private static final byte[] BIG = new byte[20 * 1024 * 1024];

  @TempDir private static Path directory;
  private static TestKeys keys;
  private static SSLContext trusting;

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger connections = new AtomicInteger();
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  @BeforeAll
  static void makeKeys() throws Exception {
    keys = TestKeys.make(directory);
    trusting = keys.context("good");
  }

  @AfterEach
  void endScripts() {
    ended.countDown();
  }

  private static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  private HttpConnection to(ScriptedServer server, @Nullable ProxySelector proxies) {
    URI endpoint = URI.create("https://" + server.authority() + "/v1/traces");
    return new HttpConnection(
        new Connector(endpoint, trusting, proxies, Duration.ofSeconds(10)), nanos::get);
  }

  private static byte[] head(int length) {
    return ("POST / HTTP/1.1\r\nContent-Length: " + length + "\r\n\r\n").getBytes(ISO_8859_1);
  }

  private ScriptedServer collector(String alias) throws Exception {
    return ScriptedServer.start(
        keys.serverSockets(alias, false),
        socket -> {
          connections.incrementAndGet();
          while (!ScriptedServer.readRequest(socket).isEmpty()) {
            String protocol = ((SSLSocket) socket).getApplicationProtocol();
            write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            assertThat(protocol).isIn("", "http/1.1");
          }
        });
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private void waitForEnd() {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Starts a proxy that forwards the bytes of a tunnel and records the CONNECT request. */
  private ScriptedServer proxy() {
    return ScriptedServer.start(
        socket -> {
          String head = ScriptedServer.readHead(socket);
          heads.add(head);
          String[] to = head.split(" ", -1)[1].split(":", -1);
          int port = Integer.parseInt(to[1]);
          try (Socket onward = new Socket()) {
            onward.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            write(socket, "HTTP/1.1 200 Connected\r\n\r\n");
            Thread back =
                new Thread(
                    () -> {
                      try {
                        onward.getInputStream().transferTo(socket.getOutputStream());
                      } catch (IOException e) {
                        // One of the peers closed the connection.
                      }
                    });
            back.start();
            socket.getInputStream().transferTo(onward.getOutputStream());
          }
        });
  }

  private static ProxySelector through(ScriptedServer proxy) {
    return ProxySelector.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), proxy.port()));
  }

  private static void post(HttpConnection connection, byte[] body) throws IOException {
    connection.open(in(Duration.ofSeconds(30)));
    HttpResponse response = connection.exchange(head(body.length), body, body.length, MAX);
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).asString().isEqualTo("ok");
    assertThat(connection.isToProxy()).isFalse();
  }

  @Test
  void exchange_repeated_reusesTheTlsConnection() throws Exception {
    try (ScriptedServer server = collector("good")) {
      HttpConnection connection = to(server, null);

      for (int i = 0; i < 20; i++) {
        post(connection, new byte[i * 20_000]);
      }
      connection.close();

      assertThat(connections).hasValue(1);
    }
  }

  /** Without TLS: a TLS server sends session tickets after the handshake. */
  @Test
  void open_unusedConnection_isReused() throws Exception {
    nanos.set(TimeUnit.HOURS.toNanos(1));
    try (ScriptedServer server =
        ScriptedServer.start(
            socket -> {
              connections.incrementAndGet();
              while (!ScriptedServer.readRequest(socket).isEmpty()) {
                write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              }
            })) {
      URI endpoint = URI.create("http://" + server.authority() + "/v1/traces");
      HttpConnection connection =
          new HttpConnection(
              new Connector(endpoint, null, null, Duration.ofSeconds(10)), nanos::get);

      connection.open(in(Duration.ofSeconds(30)));
      post(connection, new byte[10]);
      connection.close();

      assertThat(connections).hasValue(1);
    }
  }

  /** A firewall may have dropped an idle connection without notice. */
  @Test
  void open_longIdle_reconnects() throws Exception {
    try (ScriptedServer server = collector("good")) {
      HttpConnection connection = to(server, null);
      post(connection, new byte[10]);

      nanos.addAndGet(TimeUnit.SECONDS.toNanos(29));
      post(connection, new byte[10]);
      assertThat(connections).hasValue(1);
      nanos.addAndGet(TimeUnit.SECONDS.toNanos(30));
      post(connection, new byte[10]);
      connection.close();

      assertThat(connections).hasValue(2);
    }
  }

  /** The server can distinguish this close from a broken connection. */
  @Test
  void close_tls_sendsCloseNotify() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    try (ScriptedServer server =
        ScriptedServer.start(
            keys.serverSockets("good", false),
            socket -> {
              ScriptedServer.readRequest(socket);
              write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
              if (socket.getInputStream().read() < 0) {
                closed.countDown();
              }
            })) {
      HttpConnection connection = to(server, null);
      post(connection, new byte[10]);

      connection.close();

      assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void exchange_proxyAndTls_usesOneTunnel() throws Exception {
    try (ScriptedServer server = collector("good");
        ScriptedServer proxy = proxy()) {
      HttpConnection connection = to(server, through(proxy));

      post(connection, new byte[100_000]);
      post(connection, new byte[100_000]);
      connection.close();

      assertThat(heads)
          .containsExactly(
              "CONNECT "
                  + server.authority()
                  + " HTTP/1.1\r\nHost: "
                  + server.authority()
                  + "\r\n\r\n");
      assertThat(connections).hasValue(1);
    }
  }

  @Test
  void open_proxyRefusesTheTunnel_throws() throws Exception {
    try (ScriptedServer server = collector("good");
        ScriptedServer proxy = ScriptedServer.http("407 Proxy Authentication Required", "no")) {
      HttpConnection connection = to(server, through(proxy));

      assertThatThrownBy(() -> connection.open(in(Duration.ofSeconds(30))))
          .isInstanceOf(IOException.class)
          .hasMessage("the proxy refused the tunnel, HTTP 407");
      connection.close();

      assertThat(connections).hasValue(0);
    }
  }

  @Test
  void open_silentProxy_endsAtTheDeadline() throws Exception {
    try (ScriptedServer server = collector("good");
        ScriptedServer proxy = ScriptedServer.start(ScriptedServer::silent)) {
      HttpConnection connection = to(server, through(proxy));

      assertThatThrownBy(() -> connection.open(in(Duration.ofMillis(200))))
          .isInstanceOf(SocketTimeoutException.class);
      connection.close();
    }
  }

  @Test
  void open_certificateForAnotherHost_throws() throws Exception {
    try (ScriptedServer server = collector("elsewhere")) {
      HttpConnection connection = to(server, null);

      assertThatThrownBy(() -> connection.open(in(Duration.ofSeconds(30))))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("127.0.0.1");
      connection.close();
    }
  }

  @Test
  void open_handshakeWithoutAnswer_endsAtTheDeadline() {
    try (ScriptedServer server = ScriptedServer.start(ScriptedServer::silent)) {
      HttpConnection connection = to(server, null);
      long start = System.nanoTime();

      assertThatThrownBy(() -> connection.open(in(Duration.ofMillis(200))))
          .isInstanceOf(IOException.class);
      connection.close();

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void exchange_tlsPeerDoesNotRead_endsAtTheDeadline() throws Exception {
    try (ScriptedServer server =
        ScriptedServer.start(
            keys.serverSockets("good", false),
            socket -> {
              ((SSLSocket) socket).startHandshake();
              waitForEnd();
            })) {
      HttpConnection connection = to(server, null);
      connection.open(in(Duration.ofMillis(1500)));
      long start = System.nanoTime();

      assertThatThrownBy(() -> connection.exchange(head(BIG.length), BIG, BIG.length, MAX))
          .isInstanceOf(IOException.class);
      connection.close();

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  /** The write fails, and the response is read nevertheless. */
  @Test
  void exchange_refusedDuringTlsWrite_returnsTheResponse() throws Exception {
    try (ScriptedServer server =
        ScriptedServer.start(
            keys.serverSockets("good", false),
            socket -> {
              ScriptedServer.readHead(socket);
              write(socket, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
              waitForEnd();
            })) {
      HttpConnection connection = to(server, null);
      connection.open(in(Duration.ofSeconds(30)));

      HttpResponse response = connection.exchange(head(BIG.length), BIG, BIG.length, MAX);
      connection.close();

      assertThat(response.status()).isEqualTo(413);
    }
  }
}
