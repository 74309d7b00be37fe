/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.quickstart;

import dev.observe.examples.web.WebServer;
import dev.observe.servlet.ObserveFilter;
import dev.observe.testing.ObserveExtension;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The README's program in a test, as the README shows it. */
class HelloTest {
  private static WebServer server;

  @RegisterExtension static final ObserveExtension observe = ObserveExtension.create();

  @BeforeAll
  static void start() {
    ObserveFilter filter = ObserveFilter.create(observe.tracing(), observe.metrics());
    server = WebServer.start("test", 0, "test.port", filter, Map.of("/hello", new Hello()));
  }

  @Test
  void hello_isTracedAndCounted() throws Exception {
    observe
        .assertThatRequest(() -> get("/hello"))
        .hasSpanTree("GET /hello")
        .changed("http_server_requests_total", 1, "http_route", "/hello");
  }

  private static void get(String path) throws IOException, InterruptedException {
    HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(server.uri().resolve(path)).build(), BodyHandlers.discarding());
  }

  @AfterAll
  static void stop() {
    server.close();
  }
}
