/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static dev.observe.testing.ExpectedSpan.child;
import static dev.observe.testing.ExpectedSpan.span;

import dev.observe.client.ObservedHttpClient;
import dev.observe.testing.ObserveExtension;
import io.opentelemetry.api.trace.SpanKind;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A test of an application in a real container, written with the testing support. */
class ObservedRequestIT {
  // For busy machines; no test here waits that long.
  @RegisterExtension
  static final ObserveExtension observe = ObserveExtension.create(Duration.ofSeconds(20));

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static EmbeddedTomcat tomcat;

  @BeforeAll
  static void start() {
    tomcat =
        new EmbeddedTomcat("")
            .initialise(ObserveFilter.create(observe.tracing(), observe.metrics())::addTo)
            .servlet(new Orders(), "/orders/*")
            .servlet(new Reports(), "/reports")
            .start();
  }

  @AfterAll
  static void stop() {
    tomcat.close();
  }

  private static final class Orders extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (request.getPathInfo().equals("/lost")) {
        System.getLogger("orders").log(System.Logger.Level.WARNING, "order lost is missing");
        response.sendError(500);
        return;
      }
      observe.tracing().span("SELECT", () -> observe.metrics().counter("orders_read").inc());
    }
  }

  /** Completes the request on another thread, after the client has received the response. */
  @WebServlet(asyncSupported = true)
  private static final class Reports extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      AsyncContext async = request.startAsync();
      response.setContentLength(0);
      response.flushBuffer();
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS).execute(async::complete);
    }
  }

  private static void get(HttpClient client, String path) throws IOException, InterruptedException {
    client.send(HttpRequest.newBuilder(tomcat.uri(path)).build(), BodyHandlers.discarding());
  }

  @Test
  void request_succeeded_isOneTreeAndOneCount() throws Exception {
    observe
        .assertThatRequest(() -> get(CLIENT, "/orders/1"))
        .hasSpanTree("GET /orders/*", child("SELECT"))
        .changed("http_server_requests_total", 1, "http_route", "/orders/*")
        .changed("http_server_request_duration_seconds_count", 1)
        .changed("http_server_active_requests", 0)
        .changed("orders_read_total", 1);
  }

  @Test
  void request_failed_hasTheErrorInSpanMetricAndLog() throws Exception {
    observe
        .assertThatRequest(() -> get(CLIENT, "/orders/lost"))
        .hasSpanTree(
            span("GET /orders/*")
                .kind(SpanKind.SERVER)
                .failed()
                .attribute("http.response.status_code", 500))
        .changed("http_server_requests_total", 1, "http_response_status_code", "500")
        .changed("http_server_requests_total", 0, "http_response_status_code", "200")
        .logged(Level.WARNING, "order lost");
  }

  @Test
  void request_endsAfterItsResponse_isAwaited() throws Exception {
    observe
        .assertThatRequest(() -> get(CLIENT, "/reports"))
        .hasSpanTree("GET /reports")
        .changed("http_server_requests_total", 1, "http_response_status_code", "200");
  }

  /** The client's span is the root of the tree, and the server's span its child. */
  @Test
  void request_ofAnObservedClient_isOneTree() throws Exception {
    HttpClient client = ObservedHttpClient.wrap(CLIENT, observe.tracing(), observe.metrics());

    observe
        .assertThatRequest(() -> get(client, "/orders/1"))
        .hasSpanTree(
            span("GET", child("GET /orders/*", child("SELECT")).kind(SpanKind.SERVER))
                .kind(SpanKind.CLIENT));
  }
}
