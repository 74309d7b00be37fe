/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** Requests with unusual HTTP. */
final class ProtocolScenarios {
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private ProtocolScenarios() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.named("HEAD").client(session -> session.send("HEAD", session.path)),
        Scenario.named("OPTIONS").client(s -> s.send("OPTIONS", s.path, "Connection: close")),
        Scenario.named("TRACE").client(s -> s.send("TRACE", s.path, "Connection: close")),
        Scenario.named("unknown method")
            .client(s -> s.send("BREW", s.path, "Connection: close"))
            .sees(501),
        Scenario.named("unknown method, served")
            .serves((q, r) -> r.getWriter().write(q.getMethod()))
            .client(s -> s.send("brew", s.path, "Connection: close")),
        Scenario.named("body with a length")
            .serves(ProtocolScenarios::echo)
            .client(
                s ->
                    s.exchange(
                        "POST",
                        s.head("POST", s.path, "Connection: close", "Content-Length: 5")
                            + "hello")),
        Scenario.named("chunked body")
            .serves(ProtocolScenarios::echo)
            .client(
                s ->
                    s.exchange(
                        "POST",
                        s.head("POST", s.path, "Connection: close", "Transfer-Encoding: chunked")
                            + "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")),
        Scenario.named("body that is not read")
            .client(
                s ->
                    s.exchange(
                        "GET",
                        s.head("GET", s.path, "Connection: close", "Content-Length: 5") + "hello")),
        Scenario.named("Expect: 100-continue")
            .serves(ProtocolScenarios::echo)
            .client(
                s -> {
                  try (Wire wire = s.connect()) {
                    wire.send(
                        s.head(
                            "POST",
                            s.path,
                            "Connection: close",
                            "Content-Length: 5",
                            "Expect: 100-continue"));
                    wire.send("hello");
                    s.saw(wire.read());
                  }
                }),
        Scenario.named("100 requests on one connection")
            .client(
                s -> {
                  try (Wire wire = s.connect()) {
                    for (int i = 0; i < 100; i++) {
                      wire.send(s.head("GET", s.path));
                      s.saw(wire.read());
                    }
                  }
                }),
        Scenario.named("5 requests sent at once")
            .client(
                s -> {
                  try (Wire wire = s.connect()) {
                    wire.send(s.head("GET", s.path).repeat(5));
                    for (int i = 0; i < 5; i++) {
                      s.saw(wire.read());
                    }
                  }
                }),
        Scenario.named("HTTP/1.0 without Host")
            .client(s -> s.exchange("GET", "GET " + s.path + " HTTP/1.0\r\n\r\n")),
        Scenario.named("IPv6 Host")
            .client(
                s ->
                    s.exchange(
                        "GET",
                        "GET "
                            + s.path
                            + " HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\n\r\n")),
        Scenario.named("absolute request target")
            .client(
                s ->
                    s.exchange(
                        "GET",
                        "GET http://localhost"
                            + s.path
                            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")),
        Scenario.named("encoded path")
            .client(s -> s.send("GET", s.path + "/%E4%BD%A0%20a%3Bb", "Connection: close")),
        Scenario.named("dotted path")
            .client(s -> s.send("GET", s.path + "/./x/../y", "Connection: close")),
        Scenario.named("path parameters")
            .client(s -> s.send("GET", s.path + ";v=1/x;y", "Connection: close")),
        Scenario.named("query")
            .client(s -> s.send("GET", s.path + "?a=b&c=%20d&e", "Connection: close")),
        Scenario.named("64 KB of headers")
            .client(
                s -> {
                  String[] headers = new String[17];
                  for (int i = 0; i < 16; i++) {
                    headers[i] = "X-Filler-" + i + ": " + "x".repeat(4_000);
                  }
                  headers[16] = "Connection: close";
                  s.send("GET", s.path, headers);
                }),
        Scenario.named("more headers than the container takes")
            .client(
                s -> s.send("GET", s.path, "Connection: close", "X-Filler: " + "x".repeat(300_000)))
            .sees(400, 413, 431, 500)
            .notComparable(),
        Scenario.named("not HTTP at all")
            .client(s -> s.exchange("GET", "hello\r\n\r\n"))
            .sees(400, 500, 505)
            .notComparable(),
        Scenario.named("protocol upgrade")
            .serves(
                (q, r) -> {
                  r.setHeader("Upgrade", "echo");
                  r.setHeader("Connection", "Upgrade");
                  q.upgrade(EchoUpgrade.class);
                })
            .client(
                s -> {
                  try (Wire wire = s.connect()) {
                    wire.send(s.head("GET", s.path, "Connection: Upgrade", "Upgrade: echo"));
                    s.saw(wire.read());
                    talk(s, wire);
                  }
                })
            .sees(101),
        Scenario.named("WebSocket handshake")
            .serves(ProtocolScenarios::handshake)
            .client(
                s -> {
                  try (Wire wire = s.connect()) {
                    wire.send(
                        s.head(
                            "GET",
                            s.path,
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: " + KEY));
                    Answer answer = wire.read();
                    s.saw(answer);
                    if (!answer.header("Sec-WebSocket-Accept").equals(accept(KEY))) {
                      s.fail("no WebSocket handshake: " + answer);
                    }
                    talk(s, wire);
                  }
                })
            .sees(101));
  }

  private static void echo(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    byte[] body = request.getInputStream().readAllBytes();
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private static void handshake(HttpServletRequest request, HttpServletResponse response)
      throws IOException, jakarta.servlet.ServletException {
    response.setHeader("Upgrade", "websocket");
    response.setHeader("Connection", "Upgrade");
    response.setHeader("Sec-WebSocket-Accept", accept(request.getHeader("Sec-WebSocket-Key")));
    request.upgrade(EchoUpgrade.class);
  }

  private static String accept(String key) {
    try {
      byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.UTF_8);
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The request must be recorded while the upgraded connection is still open. */
  private static void talk(Session session, Wire wire) throws IOException {
    wire.send("ping\n");
    // The container may not support it; the result must be equal with and without observe.
    session.note("the upgraded connection sent " + wire.readLine());
    if (session.active() != 0) {
      session.fail("active is " + session.active() + " after the upgrade");
    }
  }
}
