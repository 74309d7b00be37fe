/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RealPrometheusIT {
  @Test
  void awaitQuery_returnsTheValuesOfAPage() throws IOException {
    HttpServer page = page("things_total{kind=\"a b\"} 3\nthings_total{kind=\"c\"} +Inf\n");
    URI uri = URI.create("http://127.0.0.1:" + page.getAddress().getPort());
    try (RealPrometheus prometheus = RealPrometheus.scraping(uri)) {
      List<RealPrometheus.Sample> samples = prometheus.awaitQuery("things_total");

      assertThat(samples)
          .extracting(s -> s.label("kind"), RealPrometheus.Sample::value)
          .containsExactlyInAnyOrder(tuple("a b", 3.0), tuple("c", Double.POSITIVE_INFINITY));
      assertThat(samples.get(0).label("instance")).isEqualTo(uri.getAuthority());
      assertThat(prometheus.query("no_such_thing")).isEmpty();
    } finally {
      page.stop(0);
    }
  }

  private static HttpServer page(String text) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/metrics",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          }
        });
    server.start();
    return server;
  }
}
