/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.testkit.OtlpReceiver;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Promise P13: a secret in a request is in no span, no metric and no log line. */
class SecretsIT {
  private static final String CANARY = "c4n4ry";
  private static final List<String> KEYS =
      List.of(
          "X-Amz-Signature",
          "X-Amz-Credential",
          "X-Amz-Security-Token",
          "AWSAccessKeyId",
          "Signature",
          "sig",
          "X-Goog-Signature",
          "token",
          "password",
          "secret",
          "api_key",
          "access_token",
          "code");

  /** Fails for some requests, so that errors are recorded too. */
  private static final class Sometimes extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.addHeader("Set-Cookie", "session=" + CANARY);
      if (request.getRequestURI().contains("fail")) {
        response.sendError(500);
      }
    }
  }

  /** Keeps the messages of our loggers, at any level. */
  private static final class Lines extends Handler {
    final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord record) {
      lines.add(record.getMessage() + java.util.Arrays.toString(record.getParameters()));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static List<String> targets() {
    List<String> targets = new ArrayList<>();
    for (int i = 0; targets.size() < 200; i++) {
      String key = KEYS.get(i % KEYS.size());
      String path = i % 5 == 0 ? "/fail" : "/ok";
      targets.add(
          switch (i % 6) {
            case 0 -> path + "?" + key + "=" + CANARY;
            case 1 -> path + "?page=1&" + key + "=" + CANARY + "&size=2";
            case 2 -> path + "?" + key + "=" + CANARY + "%20x&" + key + "=" + CANARY;
            case 3 -> path + ";jsessionid=" + CANARY + "?a=b";
            case 4 ->
                path + "?%" + Integer.toHexString(key.charAt(0)) + key.substring(1) + "=" + CANARY;
            default -> path + "?a=1;" + key + "=" + CANARY;
          });
    }
    return targets;
  }

  @Test
  void P13_noSecretLeaves() throws Exception {
    Lines log = new Lines();
    Logger ours = Logger.getLogger("dev.observe");
    Level before = ours.getLevel();
    ours.addHandler(log);
    ours.setLevel(Level.ALL);
    String page;
    String sent;
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      try (Tracing tracing =
              Tracing.builder("secrets").endpoint(receiver.endpoint()).disableGlobal().start();
          Metrics metrics = Metrics.builder("secrets").port(0).disableGlobal().start();
          EmbeddedTomcat tomcat =
              new EmbeddedTomcat("")
                  .initialise(ObserveFilter.create(tracing, metrics)::addTo)
                  .servlet(new Sometimes(), "/ok/*", "/fail/*")
                  .start()) {
        for (String target : targets()) {
          request(tomcat.port(), target);
        }
        page = scrape(metrics);
        assertThat(tracing.flush(Duration.ofSeconds(20))).isTrue();
      }
      sent = receiver.spans() + receiver.bytes();
      assertThat(receiver.spans()).hasSize(200);
    } finally {
      ours.setLevel(before);
      ours.removeHandler(log);
    }

    assertThat(sent).contains("REDACTED").doesNotContain(CANARY);
    assertThat(page).contains("http_server_requests_total{").doesNotContain(CANARY);
    assertThat(log.lines.toString()).doesNotContain(CANARY);
  }

  /** By a raw socket, because an HTTP client refuses some of these targets. */
  private static void request(int port, String target) throws IOException {
    String head =
        "GET "
            + target
            + " HTTP/1.1\r\nHost: shop.example\r\nConnection: close\r\nUser-Agent: test\r\n"
            + "Authorization: Bearer "
            + CANARY
            + "\r\nProxy-Authorization: Basic "
            + CANARY
            + "\r\nCookie: session="
            + CANARY
            + "\r\nReferer: http://u:"
            + CANARY
            + "@x.example/\r\nX-Forwarded-For: "
            + CANARY
            + "\r\n\r\n";
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      try (InputStream answer = socket.getInputStream()) {
        assertThat(new String(answer.readAllBytes(), StandardCharsets.US_ASCII))
            .matches("(?s)HTTP/1\\.1 (200|500) .*");
      }
    }
  }

  private static String scrape(Metrics metrics) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(metrics.uri()).build(), BodyHandlers.ofString())
        .body();
  }
}
