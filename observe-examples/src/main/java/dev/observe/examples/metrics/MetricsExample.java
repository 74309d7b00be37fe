/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.metrics;

import dev.observe.Metrics;
import dev.observe.Observe;
import dev.observe.examples.support.WebServer;
import dev.observe.servlet.RequestMetricsFilter;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A server on port 8000 with two instruments of the OpenTelemetry API, which Prometheus scrapes on
 * port 2112: a counter of requests, and a gauge that is read at each scrape, every few seconds.
 *
 * @since 0.1
 */
public final class MetricsExample implements AutoCloseable {
  private static final String PORT = "metrics.example.port";

  private final Metrics metrics;
  private final WebServer server;

  private MetricsExample(Metrics metrics, WebServer server) {
    this.metrics = metrics;
    this.server = server;
  }

  /**
   * Runs the server until Ctrl-C.
   *
   * @param args not used
   */
  public static void main(String[] args) {
    // This one line is the whole set-up.
    Metrics metrics = Observe.initMetrics("metrics");

    try (MetricsExample example = start(metrics, Integer.getInteger(PORT, 8000))) {
      Runtime.getRuntime().addShutdownHook(new Thread(example::close, "metrics-example-end"));
      System.out.println("Open " + example.uri() + " a few times,");
      System.out.println("then see metric_totalrequest_total grow at " + metrics.uri());
      System.out.println("Ctrl-C ends.");
      example.server.await();
    }
  }

  static MetricsExample start(Metrics metrics, int port) {
    Meter meter = metrics.openTelemetry().getMeter("dev.observe.examples.metrics");
    LongCounter requests =
        meter
            .counterBuilder("metric.totalrequest")
            .setDescription("Requests to the example server.")
            .build();
    meter
        .gaugeBuilder("metric.random")
        .setDescription("A random number from 0 to 100, new at each scrape.")
        .buildWithCallback(gauge -> gauge.record(ThreadLocalRandom.current().nextDouble(100)));
    WebServer server =
        WebServer.start(
            "metrics",
            port,
            PORT,
            RequestMetricsFilter.create(metrics),
            Map.of("/", new Greeting(requests)));
    return new MetricsExample(metrics, server);
  }

  URI uri() {
    return server.uri();
  }

  @Override
  public void close() {
    server.close();
    metrics.close();
  }

  private static final class Greeting extends HttpServlet {
    private final transient LongCounter requests;

    Greeting(LongCounter requests) {
      this.requests = requests;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      requests.add(1);
      response.setContentType("text/plain");
      response.getWriter().println("Hello");
    }
  }
}
