/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.quickstart;

import dev.observe.servlet.ObserveFilter;
import dev.observe.testing.ObserveExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A test of the README's program, as the README shows it. */
class HelloTest {
  @RegisterExtension static final ObserveExtension observe = ObserveExtension.create();

  static final Tomcat tomcat = new Tomcat();

  @BeforeAll
  static void start() throws LifecycleException {
    tomcat.setBaseDir("target/tomcat");
    tomcat.setPort(0);
    Context app = tomcat.addContext("", null);
    ObserveFilter filter = ObserveFilter.create(observe.tracing(), observe.metrics());
    app.addServletContainerInitializer((types, context) -> filter.addTo(context), Set.of());
    Tomcat.addServlet(app, "hello", new Hello()).addMapping("/hello");
    tomcat.start();
  }

  @Test
  void get_hello_isTracedAndCounted() throws Exception {
    observe
        .assertThatRequest(() -> get("/hello"))
        .hasSpanTree("GET /hello")
        .changed("http_server_requests_total", 1, "http_route", "/hello");
  }

  private static void get(String path) throws IOException, InterruptedException {
    int port = tomcat.getConnector().getLocalPort();
    URI uri = URI.create("http://localhost:" + port + path);
    HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
  }

  @AfterAll
  static void stop() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
  }
}
