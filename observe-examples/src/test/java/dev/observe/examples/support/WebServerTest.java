/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WebServerTest {
  private final Filter filter =
      (request, response, chain) -> {
        ((HttpServletResponse) response).setHeader("X-Filtered", "yes");
        chain.doFilter(request, response);
      };

  @Test
  void start_twoServers_filterIsBeforeEveryServlet() throws Exception {
    try (WebServer first = start(0, Map.of("/a", new Echo(), "/b/*", new Echo()));
        WebServer second = start(0, Map.of("/c", new Echo()))) {
      assertThat(get(first.uri().resolve("/a"))).isEqualTo("/a yes");
      assertThat(get(first.uri().resolve("/b/x"))).isEqualTo("/b/x yes");
      assertThat(get(second.uri().resolve("/c"))).isEqualTo("/c yes");
    }
  }

  @Test
  void start_portTaken_throws() {
    try (WebServer first = start(0, Map.of())) {
      int port = first.uri().getPort();

      assertThatThrownBy(() -> start(port, Map.of()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "port %d for the test server is taken; choose another with -Dtest.port=PORT, or 0"
                      .formatted(port)
                  + " for any");
    }
  }

  @Test
  void close_twice_portIsFree() throws Exception {
    WebServer first = start(0, Map.of());
    int port = first.uri().getPort();
    first.close();
    first.close();

    try (WebServer second = start(port, Map.of("/a", new Echo()))) {
      assertThat(get(second.uri().resolve("/a"))).isEqualTo("/a yes");
    }
  }

  private WebServer start(int port, Map<String, Servlet> servlets) {
    return WebServer.start("test", port, "test.port", filter, servlets);
  }

  private static String get(URI uri) throws IOException, InterruptedException {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    return response.body() + " " + response.headers().firstValue("X-Filtered").orElse("no");
  }

  private static final class Echo extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().print(request.getRequestURI());
    }
  }
}
