/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.pages.BuildInfo;
import dev.observe.internal.pages.DiscoverySettings;
import dev.observe.internal.pages.HealthChecks;
import dev.observe.internal.server.MetricsEndpoint;
import dev.observe.internal.server.Reply;
import dev.observe.internal.server.TestEndpoint;
import dev.observe.internal.start.InfoPages;
import dev.observe.testkit.Json;
import dev.observe.testkit.TestCertificate;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.SocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The responses of each path of the metrics port, over real sockets. */
class PagesContractTest {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String JSON = "application/json";
  private static final String HTML = "text/html; charset=utf-8";

  @TempDir private static Path directory;
  private static TestCertificate certificate;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final MetricsPage page = MetricsPage.create(registry);
  private final InfoPages info =
      new InfoPages(
          Resource.create(
              Attributes.of(
                  AttributeKey.stringKey("service.name"),
                  "<shop>",
                  AttributeKey.stringKey("service.version"),
                  "1.2.3")),
          "shop",
          new BuildInfo("1.2.3", "2026-11-21", "abc123"),
          DiscoverySettings.of(Settings.of(Map.of("observe.discovery.fleet", "other:2112"))),
          page);
  private MetricsEndpoint endpoint = start(TestEndpoint.of(page));

  private MetricsEndpoint start(TestEndpoint options) {
    MetricsEndpoint started = options.pages(info.pages(true)).start();
    info.publish(started.uri(), true);
    return started;
  }

  @AfterEach
  void close() {
    endpoint.close();
    info.close();
    page.close();
  }

  private Reply send(SocketFactory sockets, String method, String target, String... headers)
      throws IOException {
    StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    request.append("Host: localhost\r\nConnection: close\r\n\r\n");
    try (Socket socket =
        sockets.createSocket(InetAddress.getLoopbackAddress(), endpoint.uri().getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
      return Reply.read(socket.getInputStream());
    }
  }

  private Reply send(String method, String target, String... headers) throws IOException {
    return send(SocketFactory.getDefault(), method, target, headers);
  }

  @ParameterizedTest
  @CsvSource({
    "/metrics, '" + TEXT + "'",
    "/report, " + JSON,
    "/version, " + JSON,
    "/healthz, " + JSON,
    "/readyz, " + JSON,
    "/sd, " + JSON,
    "/, '" + HTML + "'"
  })
  void page_getAndHead_haveSameHeaders(String path, String contentType) throws IOException {
    Reply get = send("GET", path);
    Reply head = send("HEAD", path);

    assertThat(get.status()).isEqualTo(200);
    assertThat(get.header("content-type")).isEqualTo(contentType);
    assertThat(get.body()).isNotEmpty().hasSize(Integer.parseInt(get.header("content-length")));
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.header("content-type")).isEqualTo(contentType);
    assertThat(Integer.parseInt(head.header("content-length"))).isPositive();
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/report", "/version", "/healthz", "/readyz", "/sd", "/"})
  void page_invalidQuery_isRejectedInOneLine(String path) throws IOException {
    Reply notEncoded = send("GET", path + "?name[]=%zz");
    Reply tooMany = send("GET", path + "?" + "name[]=a&".repeat(101));
    Reply tooLong = send("GET", path + "?name[]=" + "a".repeat(9_000));

    assertThat(notEncoded.status()).isEqualTo(400);
    assertThat(notEncoded.text()).isEqualTo("The query is not encoded correctly.\n");
    assertThat(tooMany.status()).isEqualTo(400);
    assertThat(tooMany.text()).isEqualTo("At most 100 name[] values are allowed.\n");
    assertThat(tooLong.status()).isIn(414, 431);
    assertThat(send("GET", path + "?other=%zz&x").status()).isEqualTo(200);
    assertThat(send("HEAD", path + "?name[]=%zz").body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/report", "/version", "/healthz", "/readyz", "/sd", "/"})
  void page_otherMethods_areRejected(String path) throws IOException {
    for (String method : List.of("POST", "PUT", "DELETE", "OPTIONS", "TRACE")) {
      Reply reply = send(method, path);

      assertThat(reply.status()).as(method).isEqualTo(405);
      assertThat(reply.header("allow")).isEqualTo("GET, HEAD");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/metrics/", "/reports", "/version.json", "/health", "//", "/favicon.ico"})
  void unknownPath_is404WithoutBody(String path) throws IOException {
    Reply reply = send("GET", path);

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/report", "/version", "/healthz", "/readyz", "/sd", "/"})
  void page_authenticationAndTls_rejectsOthers(String path) throws Exception {
    endpoint.close();
    info.close();
    endpoint =
        start(
            TestEndpoint.of(page)
                .set(Setting.TLS_KEY_STORE.name(), certificate.keyStore().toString())
                .set(Setting.TLS_KEY_STORE_PASSWORD.name(), certificate.password())
                .set(Setting.USER.name(), "prom")
                .set(Setting.PASSWORD.name(), "secret")
                .set(Setting.BEARER_TOKEN.name(), "token"));
    SocketFactory tls = certificate.sslContext().getSocketFactory();

    Reply stranger = send(tls, "GET", path);
    assertThat(stranger.status()).isEqualTo(401);
    assertThat(stranger.body()).isEmpty();
    assertThat(send(tls, "GET", path, "Authorization: Basic cHJvbTpzZWNyZXQ=").status())
        .isEqualTo(200);
    assertThat(send(tls, "HEAD", path, "Authorization: Bearer token").status()).isEqualTo(200);
    assertThat(send(tls, "GET", path, "Authorization: Bearer other").status()).isEqualTo(401);
  }

  @BeforeAll
  static void makeCertificate() throws Exception {
    certificate = TestCertificate.make(directory);
  }

  @Test
  void report_names_filter() throws IOException {
    Counter.builder().name("orders").register(registry).inc(3);
    Gauge.builder().name("other").register(registry).set(1);

    Object json = Json.parse(send("GET", "/report?name[]=orders_total").text());

    assertThat(Json.list(json, "metrics"))
        .extracting(metric -> Json.at(metric, "name"))
        .containsExactly("orders");
  }

  @Test
  void version_hasTheBuild() throws IOException {
    Object json = Json.parse(send("GET", "/version").text());

    assertThat(Json.at(json, "service")).isEqualTo("<shop>");
    assertThat(Json.at(json, "version")).isEqualTo("1.2.3");
    assertThat(Json.at(json, "buildDate")).isEqualTo("2026-11-21");
    assertThat(Json.at(json, "revision")).isEqualTo("abc123");
    assertThat((Double) Json.at(json, "uptimeSeconds")).isNotNegative();
    assertThat(send("GET", "/metrics").text())
        .contains("build_info{build_date=\"2026-11-21\",revision=\"abc123\",version=\"1.2.3\"} 1");
  }

  @Test
  void sd_hasItsTargetAndTheFleet() throws IOException {
    Object json = Json.parse(send("GET", "/sd").text());

    List<Object> targets = new ArrayList<>();
    Json.list(json).forEach(group -> targets.addAll(Json.list(group, "targets")));
    assertThat(targets).containsExactly(endpoint.uri().getAuthority(), "other:2112");
  }

  @Test
  void readyz_failedCheck_is503AndInMetrics() throws IOException {
    info.checks()
        .add(
            HealthChecks.Kind.READINESS,
            "database",
            Duration.ofSeconds(5),
            () -> {
              throw new IllegalStateException("gone");
            });

    assertThat(send("GET", "/healthz").status()).isEqualTo(200);
    Reply reply = send("GET", "/readyz");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(Json.at(Json.parse(reply.text()), "status")).isEqualTo("down");
    assertThat(send("HEAD", "/readyz").status()).isEqualTo(503);
    assertThat(send("GET", "/metrics").text())
        .contains("observe_health_check_up{check=\"database\",kind=\"readiness\"} 0.0");
  }

  @Test
  void P20_index_linksThePagesWithoutScript() throws IOException {
    Reply reply = send("GET", "/", "Origin: http://evil.example");

    assertThat(reply.text())
        .contains("<h1>&lt;shop&gt;</h1>")
        .contains("<a href=\"/metrics\">")
        .contains("<a href=\"/report\">")
        .contains("<a href=\"/version\">")
        .contains("<a href=\"/healthz\">")
        .contains("<a href=\"/readyz\">")
        .doesNotContain("<script");
    assertThat(reply.header("content-security-policy")).startsWith("default-src 'none'");
  }

  /** Without CORS headers a browser hides the response from pages of other sites. */
  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/report", "/version", "/healthz", "/readyz", "/sd", "/"})
  void P20_page_requestOfAnotherSite_hasNoCorsHeaders(String path) throws IOException {
    for (String method : List.of("GET", "HEAD", "OPTIONS")) {
      Reply reply =
          send(
              method,
              path,
              "Origin: http://evil.example",
              "Access-Control-Request-Method: GET",
              "Access-Control-Request-Headers: authorization");

      assertThat(reply.header("access-control-allow-origin")).isEmpty();
      assertThat(reply.header("access-control-allow-headers")).isEmpty();
      assertThat(reply.header("set-cookie")).isEmpty();
    }
  }

  /** Promise P15: at most four reports are in memory, and a scrape is still answered. */
  @Test
  void report_slowReaders_doNotBlockOtherPages() throws Exception {
    Gauge large = Gauge.builder().name("large").labelNames("which").register(registry);
    for (int i = 0; i < 20_000; i++) {
      large.labelValues("x".repeat(200) + i).set(i);
    }
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket();
        slow.add(socket);
        socket.setReceiveBufferSize(4_096);
        socket.connect(address());
        socket
            .getOutputStream()
            .write(
                "GET /report HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }

      assertThat(send("GET", "/report").status()).isEqualTo(503);
      assertThat(send("GET", "/healthz").status()).isEqualTo(200);
      assertThat(send("GET", "/metrics?name[]=build_info").status()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
    await().until(() -> send("GET", "/report").status() == 200);
  }

  private InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), endpoint.uri().getPort());
  }

  @Test
  void pages_disabled_are404() throws IOException {
    try (Metrics metrics =
        Metrics.builder("shop")
            .port(0)
            .property("observe.metrics.pages", "false")
            .disableGlobal()
            .start()) {
      assertThat(Reply.get(metrics.uri().getPort(), "/metrics").status()).isEqualTo(200);
      assertThat(Reply.get(metrics.uri().getPort(), "/report").status()).isEqualTo(404);
      assertThat(Reply.get(metrics.uri().getPort(), "/").status()).isEqualTo(404);
    }
  }

  @Test
  void pages_byDefault_areServed() throws IOException {
    try (Metrics metrics = Metrics.builder("shop").port(0).disableGlobal().start()) {
      metrics.addLivenessCheck("threads", Duration.ofSeconds(5), () -> {});
      metrics.timer("checkout").record(Duration.ofMillis(20));

      int port = metrics.uri().getPort();
      assertThat(Reply.get(port, "/report?name[]=checkout_seconds").text())
          .contains("\"count\":1,\"sum\":0.02,\"min\":0.01,\"max\":0.025,\"mean\":0.02");
      assertThat(Reply.get(port, "/healthz").text()).contains("\"name\":\"threads\"");
      assertThat(Reply.get(port, "/version").text()).contains("\"service\":\"shop\"");
    }
  }
}
