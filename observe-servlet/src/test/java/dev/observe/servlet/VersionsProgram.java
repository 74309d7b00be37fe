/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.Metrics;
import dev.observe.Observe;
import dev.observe.Tracing;
import io.opentelemetry.api.baggage.Baggage;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Serves two requests, and writes its metrics pages to the folder {@code pages}. Uses the API that
 * all supported versions of OpenTelemetry and the Prometheus client have.
 */
final class VersionsProgram {
  static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private VersionsProgram() {}

  /** Prints the number of baggage entries that a request brought, then the shutdown's report. */
  public static void main(String[] args) throws Exception {
    Tracing tracing = Observe.initTracing("shop");
    Metrics metrics = Observe.initMetrics("shop");
    try (EmbeddedTomcat tomcat =
        new EmbeddedTomcat("")
            .initialise(context -> ObserveFilter.create(tracing, metrics).addTo(context))
            .servlet(new Orders(), "/orders/*")
            .start()) {
      System.out.println("baggage entries: " + order(tomcat.uri("/orders/7")).body());
      System.out.println("failed: " + order(tomcat.uri("/orders/fail")).statusCode());
      metrics.counter("versions_orders").inc();
      metrics.timer("versions_checkout").time(() -> tracing.span("pay", () -> {}));
      metrics.meter().counterBuilder("versions_things").build().add(2);
      System.out.println("flushed: " + tracing.flush(Duration.ofSeconds(20)));
      writePage(metrics, "text/plain");
      writePage(metrics, "application/openmetrics-text");
    }
    System.out.println("metrics: " + metrics.shutdown(Duration.ofSeconds(10)));
    System.out.println("spans: " + tracing.shutdown(Duration.ofSeconds(10)));
  }

  private static void writePage(Metrics metrics, String type)
      throws IOException, InterruptedException {
    HttpRequest scrape =
        HttpRequest.newBuilder(metrics.uri())
            .header("Accept", type + ";escaping=allow-utf-8")
            .build();
    HttpResponse<String> page = CLIENT.send(scrape, BodyHandlers.ofString());
    System.out.println(
        page.statusCode() + " " + page.headers().firstValue("Content-Type").orElse(""));
    Files.writeString(
        Path.of(System.getProperty("pages", "."), type.replace('/', '-')), page.body());
  }

  private static HttpResponse<String> order(URI uri) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("traceparent", "00-" + TRACE_ID + "-b7ad6b7169203331-01");
    for (String header : new String[] {"a", "b"}) {
      request.header(
          "baggage",
          IntStream.range(0, 80)
              .mapToObj(entry -> header + entry + "=1")
              .collect(Collectors.joining(",")));
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static final class Orders extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (request.getPathInfo().equals("/fail")) {
        response.setStatus(503);
        return;
      }
      response.getWriter().print(Baggage.current().size());
    }
  }
}
