/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.internal.exposition.PageOwner;
import dev.observe.testkit.ForkedJvm;
import dev.observe.testkit.Json;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Promise P20, and the JSON of the live page over HTTP. */
class LivePageTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static MetricsBuilder builder() {
    return Metrics.builder("shop").port(0).disableGlobal().disableJvmMetrics().live();
  }

  private static TracingBuilder tracing() {
    return Tracing.builder("shop").exporter("none").disableGlobal().live();
  }

  private static URI page(Metrics metrics) {
    return metrics.uri().resolve("/live/");
  }

  private static String token(Metrics metrics) {
    return Objects.requireNonNull(PageOwner.liveOf(metrics.openTelemetry())).query();
  }

  private static HttpResponse<String> get(URI uri, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String cookie(Metrics metrics) throws IOException, InterruptedException {
    HttpResponse<String> answer = get(page(metrics).resolve(token(metrics)));
    return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";", -1)[0];
  }

  private static Object api(Metrics metrics, String name) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        get(page(metrics).resolve("api/" + name), "Cookie", cookie(metrics));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Objects.requireNonNull(Json.parse(answer.body()));
  }

  @Test
  void P20_tokenOfTheAddress_isExchangedForACookie() throws Exception {
    try (Metrics metrics = builder().start()) {
      HttpResponse<String> answer = get(page(metrics).resolve(token(metrics)));

      assertThat(token(metrics)).matches("\\?token=[0-9a-f]{64}");
      assertThat(answer.statusCode()).isEqualTo(303);
      assertThat(answer.headers().firstValue("Location")).hasValue("./");
      assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
          .matches("observe_live_[0-9a-f]{8}=[0-9a-f]{64}; Path=/live/; HttpOnly; SameSite=Strict")
          .doesNotContain(token(metrics).substring("?token=".length()));
      assertThat(get(page(metrics), "Cookie", cookie(metrics)).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void P20_withoutCookie_thereIsNoData() throws Exception {
    try (Metrics metrics = builder().start()) {
      for (String path :
          List.of("", "app.js", "api/overview", "api/traces", "?token=" + "0".repeat(64))) {
        HttpResponse<String> answer = get(page(metrics).resolve(path));

        assertThat(answer.statusCode()).as(path).isEqualTo(401);
        assertThat(answer.body()).doesNotContain("shop");
      }
      assertThat(
              get(page(metrics), "Cookie", cookie(metrics).replaceFirst("=.*", "=x")).statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void P20_wrongTokens_areLimited() throws Exception {
    try (Metrics metrics = builder().start()) {
      String cookie = cookie(metrics);
      for (int i = 0; i < 20; i++) {
        assertThat(get(page(metrics).resolve("?token=wrong")).statusCode()).isEqualTo(401);
      }

      assertThat(get(page(metrics).resolve("?token=wrong")).statusCode()).isEqualTo(429);
      assertThat(get(page(metrics).resolve(token(metrics))).statusCode()).isEqualTo(429);
      assertThat(get(page(metrics), "Cookie", cookie).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void P20_page_hasAStrictPolicyAndNoCors() throws Exception {
    try (Metrics metrics = builder().start()) {
      HttpResponse<String> answer =
          get(page(metrics), "Cookie", cookie(metrics), "Origin", "http://evil.example");

      assertThat(answer.headers().firstValue("Content-Security-Policy"))
          .hasValue(
              "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                  + " font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors"
                  + " 'none'");
      assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
      assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(answer.body()).doesNotContain("<script>", "style=", "http:", "https:");
    }
  }

  @Test
  void P20_otherMethods_areNotAllowed() throws Exception {
    try (Metrics metrics = builder().start()) {
      HttpRequest post =
          HttpRequest.newBuilder(page(metrics).resolve("api/overview"))
              .header("Cookie", cookie(metrics))
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();

      assertThat(HTTP.send(post, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(405);
    }
  }

  @Test
  void P20_credentialsOfTheSettings_replaceTheToken() throws Exception {
    try (Metrics metrics = builder().basicAuthentication("ops", "s3cret").start()) {
      String basic =
          "Basic "
              + Base64.getEncoder().encodeToString("ops:s3cret".getBytes(StandardCharsets.UTF_8));

      assertThat(token(metrics)).isEmpty();
      assertThat(get(page(metrics)).statusCode()).isEqualTo(401);
      assertThat(get(page(metrics), "Authorization", basic).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void traces_finishedSpans_areListedAndFound() throws Exception {
    try (Tracing tracing = tracing().start();
        Metrics metrics = builder().start()) {
      Span parent = tracing.tracer().spanBuilder("outer").startSpan();
      Span child =
          tracing
              .tracer()
              .spanBuilder("<script>alert(1)</script>")
              .setParent(io.opentelemetry.context.Context.root().with(parent))
              .startSpan();
      child.setStatus(StatusCode.ERROR, "broken");
      child.setAttribute("color", "blue");
      child.end();
      parent.end();
      String id = parent.getSpanContext().getTraceId();

      Object all = api(metrics, "traces?attr=color%3Dblue&error=true");
      Object trace = api(metrics, "trace?id=" + id);
      Object otlp = api(metrics, "trace?format=otlp&id=" + id);

      assertThat(Json.at(all, "matching")).isEqualTo(1.0);
      assertThat(Json.list(all, "traces")).hasSize(1);
      assertThat(Json.at(Json.list(all, "traces").get(0), "id")).isEqualTo(id);
      assertThat(Json.list(trace, "spans")).hasSize(2);
      assertThat(Json.at(Json.list(trace, "spans").get(1), "name"))
          .isEqualTo("<script>alert(1)</script>");
      assertThat(Json.at(Json.list(trace, "spans").get(1), "attributes", "color"))
          .isEqualTo("blue");
      assertThat(Json.list(otlp, "resourceSpans")).hasSize(1);
      assertThat(Json.list(api(metrics, "errors"), "groups")).hasSize(1);
      assertThat(
              get(page(metrics).resolve("api/trace?id=0"), "Cookie", cookie(metrics)).statusCode())
          .isEqualTo(404);
      assertThat(
              get(page(metrics).resolve("api/traces?min=x"), "Cookie", cookie(metrics))
                  .statusCode())
          .isEqualTo(400);
    }
  }

  @Test
  void overview_tracingWithoutTheSetting_namesTheFix() throws Exception {
    try (Metrics metrics = builder().start()) {
      assertThat(String.valueOf(Json.at(api(metrics, "overview"), "banner", "text")))
          .contains("OBSERVE_LIVE=true");
    }
  }

  @Test
  void process_settings_haveNoSecret() throws Exception {
    try (Metrics metrics = builder().bearerToken("t0ps3cret").start()) {
      HttpResponse<String> answer =
          get(page(metrics).resolve("api/process"), "Authorization", "Bearer t0ps3cret");
      Object process = Objects.requireNonNull(Json.parse(answer.body()));

      assertThat(answer.body()).doesNotContain("t0ps3cret");

      assertThat(Json.at(process, "build", "service")).isEqualTo("shop");
      assertThat(Json.list(process, "settings"))
          .anySatisfy(
              line ->
                  assertThat(String.valueOf(line)).startsWith("observe.live ").contains("true"));
    }
  }

  @Test
  void start_traceUrlWithoutPlaceholder_isRefused() {
    assertThatThrownBy(() -> builder().property("observe.live.trace-url", "http://jaeger").start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("observe.live.trace-url")
        .hasMessageContaining("{traceId}");
  }

  @Test
  void P15_tenReadersAtOnce_leaveAScrapeUnderASecond() throws Exception {
    try (Tracing tracing = tracing().start();
        Metrics metrics = builder().start()) {
      for (int i = 0; i < 1_000; i++) {
        tracing.tracer().spanBuilder("work " + i % 50).startSpan().end();
      }
      String cookie = cookie(metrics);
      ExecutorService readers = Executors.newFixedThreadPool(10);
      try {
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
          calls.add(
              () ->
                  get(page(metrics).resolve("api/traces?limit=1000"), "Cookie", cookie)
                      .statusCode());
        }
        List<Future<Integer>> answers = new ArrayList<>();
        calls.forEach(call -> answers.add(readers.submit(call)));
        long start = System.nanoTime();
        assertThat(get(metrics.uri()).statusCode()).isEqualTo(200);
        assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(1).toNanos());
        for (Future<Integer> answer : answers) {
          assertThat(answer.get()).isIn(200, 503);
        }
      } finally {
        readers.shutdownNow();
      }
    }
  }

  @Test
  void severalApplications_eachHasItsPage() throws Exception {
    try (Metrics first = builder().start();
        Metrics second =
            Metrics.builder("api")
                .port(first.uri().getPort())
                .disableGlobal()
                .disableJvmMetrics()
                .live()
                .start()) {
      URI base = first.uri().resolve("/live/");
      String ofFirst =
          get(base.resolve("shop/" + token(first)))
              .headers()
              .firstValue("Set-Cookie")
              .orElseThrow();
      String ofSecond =
          get(base.resolve("api/" + token(second)))
              .headers()
              .firstValue("Set-Cookie")
              .orElseThrow();

      assertThat(ofFirst).contains("Path=/live/shop/");
      assertThat(ofSecond).contains("Path=/live/api/");
      assertThat(get(base.resolve("api/api/routes"), "Cookie", ofSecond.split(";", -1)[0]).body())
          .contains("\"service\":\"api\"");
      assertThat(get(base).statusCode()).isEqualTo(300);
      assertThat(
              get(base.resolve("api/api/routes"), "Cookie", ofFirst.split(";", -1)[0]).statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void files_compressed_areUnder150Kb() throws Exception {
    try (Metrics metrics = builder().start()) {
      String cookie = cookie(metrics);
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      List<String> files =
          List.of(
              "",
              "app.js",
              "ui.js",
              "chart.js",
              "style.css",
              "lib/uPlot.esm.js",
              "lib/uPlot.min.css",
              "lib/lit-html.js",
              "screens/overview.js",
              "screens/routes.js",
              "screens/traces.js",
              "screens/trace.js",
              "screens/inflight.js",
              "screens/errors.js",
              "screens/metrics.js",
              "screens/process.js");
      for (String file : files) {
        HttpResponse<String> answer = get(page(metrics).resolve(file), "Cookie", cookie);
        assertThat(answer.statusCode()).as(file).isEqualTo(200);
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
          out.write(answer.body().getBytes(StandardCharsets.UTF_8));
        }
      }

      assertThat(compressed.size()).isLessThan(150 * 1024);
    }
  }

  /** A start and a scrape without the page. */
  public static final class Off {
    private Off() {}

    public static void main(String[] args) throws Exception {
      try (Tracing tracing = Tracing.builder("shop").exporter("none").disableGlobal().start();
          Metrics metrics = Metrics.builder("shop").port(0).disableGlobal().start();
          InputStream page = metrics.uri().toURL().openStream()) {
        tracing.tracer().spanBuilder("work").startSpan().end();
        System.out.println("scraped " + (page.readAllBytes().length > 0));
      }
    }
  }

  @Test
  void off_noClassIsLoaded() {
    try (ForkedJvm jvm = ForkedJvm.start(List.of("-Xlog:class+load"), Off.class, Map.of())) {
      assertThat(jvm.awaitExit()).isZero();
      String output = jvm.output();

      assertThat(output).contains("scraped true", "dev.observe.internal.pages.Report");
      assertThat(output).doesNotContain("dev.observe.internal.live");
    }
  }
}
