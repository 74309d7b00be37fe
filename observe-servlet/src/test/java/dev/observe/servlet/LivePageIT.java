/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.internal.exposition.PageOwner;
import dev.observe.testkit.Json;
import io.opentelemetry.api.trace.Span;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The live page of an application on a real Tomcat, over the metrics port and its servlet. */
class LivePageIT {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final CountDownLatch hang = new CountDownLatch(1);
  private Tracing tracing;
  private Metrics metrics;
  private EmbeddedTomcat tomcat;

  /** Answers as the query of the request asks. */
  private final class Answering extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String wanted = String.valueOf(request.getQueryString());
      if (wanted.equals("fail")) {
        throw new IllegalStateException("<img src=x onerror=alert(1)>");
      }
      if (wanted.equals("missing")) {
        response.sendError(HttpServletResponse.SC_NOT_FOUND);
      }
      if (wanted.equals("hang")) {
        hangHere();
      }
      if (wanted.equals("many")) {
        for (int i = 0; i < 10_000; i++) {
          tracing.tracer().spanBuilder("step " + i).startSpan().end();
        }
        Span.current().setAttribute("large", "\u202e<script>" + "x".repeat(60_000));
      }
    }

    private void hangHere() {
      try {
        hang.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @BeforeEach
  void start() {
    tracing = Tracing.builder("shop").exporter("none").disableGlobal().live().start();
    metrics = Metrics.builder("shop").port(0).disableGlobal().disableJvmMetrics().live().start();
    tomcat =
        new EmbeddedTomcat("/app")
            .initialise(
                context ->
                    context
                        .addFilter("observe", ObserveFilter.create(tracing, metrics))
                        .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/*"))
            .servlet(new Answering(), "/cart/*")
            .servlet(LivePageServlet.create(metrics), "/live/*")
            .start();
  }

  @AfterEach
  void stop() {
    hang.countDown();
    tomcat.close();
    metrics.close();
    tracing.close();
  }

  private static HttpResponse<String> get(URI uri, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private String query() {
    return Objects.requireNonNull(PageOwner.liveOf(metrics.openTelemetry())).query();
  }

  private static String cookie(HttpResponse<String> answer) {
    return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", -1)[0];
  }

  private Object api(String name) throws Exception {
    URI page = metrics.uri().resolve("/live/");
    HttpResponse<String> answer =
        get(page.resolve("api/" + name), "Cookie", cookie(get(page.resolve(query()))));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Objects.requireNonNull(Json.parse(answer.body()));
  }

  private void load(String query, int count) throws Exception {
    for (int i = 0; i < count; i++) {
      get(tomcat.uri("/cart/x?" + query));
    }
  }

  @Test
  void figures_knownLoad_equalTheMetricsPageAndTheSpans() throws Exception {
    load("ok", 30);
    load("fail", 5);
    load("missing", 7);

    await()
        .untilAsserted(
            () -> assertThat(Json.at(api("overview"), "total", "count")).isEqualTo(42.0));
    Object routes = api("routes");
    Object route = Json.list(routes, "routes").get(0);
    String page = get(metrics.uri()).body();

    assertThat(Json.list(routes, "routes")).hasSize(1);
    assertThat(Json.at(route, "name")).isEqualTo("GET /app/cart/*");
    assertThat(Json.at(route, "total", "count")).isEqualTo(sum(page, "duration_seconds_count", ""));
    assertThat(Json.at(route, "total", "errors"))
        .isEqualTo(sum(page, "duration_seconds_count", "http_response_status_code=\"500\""))
        .isEqualTo(5.0);
    assertThat(Json.at(api("traces"), "matching")).isEqualTo(42.0);
    assertThat(Json.at(api("traces?error=true"), "matching")).isEqualTo(5.0);
    assertThat(Json.at(api("traces?status=404"), "matching")).isEqualTo(7.0);
    assertThat(Json.at(Json.list(api("errors"), "groups").get(0), "count")).isEqualTo(5.0);
    assertThat(Json.at(Json.list(api("errors"), "groups").get(0), "message"))
        .isEqualTo("<img src=x onerror=alert(1)>");
  }

  private static double sum(String page, String suffix, String label) {
    return page.lines()
        .filter(line -> line.startsWith("http_server_request_" + suffix) && line.contains(label))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf('}') + 1).trim()))
        .sum();
  }

  @Test
  void inFlight_hangingRequest_isListedWithItsStack() throws Exception {
    CompletableFuture<HttpResponse<Void>> hanging =
        CLIENT.sendAsync(
            HttpRequest.newBuilder(tomcat.uri("/cart/x?hang")).build(), BodyHandlers.discarding());

    await().untilAsserted(() -> assertThat(Json.list(api("inflight"), "requests")).hasSize(1));
    Object request = Json.list(api("inflight"), "requests").get(0);
    Object stack =
        api(
            "stack?threadId="
                + ((Double) Objects.requireNonNull(Json.at(request, "threadId"))).longValue()
                + "&startNanos="
                + Json.at(request, "startNanos"));

    assertThat(Json.at(request, "method")).isEqualTo("GET");
    assertThat(Json.at(request, "traceId")).isNotNull();
    assertThat(Json.list(stack, "frames").toString()).contains("hangHere");
    hang.countDown();
    assertThat(hanging).succeedsWithin(Duration.ofSeconds(10));
    await().untilAsserted(() -> assertThat(Json.list(api("inflight"), "requests")).isEmpty());
  }

  @Test
  void trace_tenThousandSpansAndALargeAttribute_isAnsweredInASecond() throws Exception {
    load("many", 1);
    await().untilAsserted(() -> assertThat(Json.at(api("traces"), "matching")).isEqualTo(1.0));
    Object row = Json.list(api("traces"), "traces").get(0);

    long start = System.nanoTime();
    Object trace = api("trace?id=" + Json.at(row, "id"));
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    double omitted = (Double) Objects.requireNonNull(Json.at(trace, "omittedSpans"));
    assertThat(Json.list(trace, "spans").size() + omitted).isEqualTo(10_001);
    assertThat(Json.at(row, "spans")).isEqualTo(10_001.0);
    assertThat(took).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void P20_servlet_needsTheTokenAndIsNotMeasured() throws Exception {
    URI page = tomcat.uri("/live/");

    assertThat(get(page).statusCode()).isEqualTo(401);
    assertThat(get(tomcat.uri("/live")).headers().firstValue("Location")).hasValue("live/");
    HttpResponse<String> answer = get(page.resolve(query()));
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
        .contains("Path=/app/live/; HttpOnly; SameSite=Strict");
    assertThat(get(page, "Cookie", cookie(answer)).body()).contains("app.js");
    assertThat(get(page.resolve("api/overview"), "Cookie", cookie(answer)).body())
        .contains("\"service\":\"shop\"");
    assertThat(Json.at(api("overview"), "total", "count")).isEqualTo(0.0);
    HttpRequest post =
        HttpRequest.newBuilder(page).POST(HttpRequest.BodyPublishers.noBody()).build();
    assertThat(CLIENT.send(post, BodyHandlers.discarding()).statusCode()).isEqualTo(405);
  }

  @Test
  void P20_foreignHost_isRefusedOnBothPorts() throws Exception {
    for (int port : List.of(metrics.uri().getPort(), tomcat.port())) {
      String path = port == tomcat.port() ? "/app/live/" : "/live/";
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
          InputStream in = socket.getInputStream()) {
        socket
            .getOutputStream()
            .write(
                ("GET "
                        + path
                        + query()
                        + " HTTP/1.1\r\nHost: evil.example\r\n"
                        + "Connection: close\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
        String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);

        assertThat(answer).startsWith("HTTP/1.1 421").doesNotContain("Set-Cookie", "shop");
      }
    }
  }

  @Test
  void create_metricsWithoutThePage_isRefused() {
    try (Metrics other = Metrics.builder("other").isolated().start()) {
      assertThatThrownBy(() -> LivePageServlet.create(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("OBSERVE_LIVE=true");
    }
  }
}
