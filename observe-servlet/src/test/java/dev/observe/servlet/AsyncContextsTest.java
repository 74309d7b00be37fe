/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AsyncContextsTest {
  private static final ContextKey<String> KEY = ContextKey.named("request");

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final List<Context> found = new CopyOnWriteArrayList<>();

  @TempDir Path directory;

  /** Responds on the container's thread, and keeps the context that is current there. */
  private final class Asynchronous extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      found.add(Context.current());
      AsyncContext asyncContext = request.startAsync();
      Context own = Context.current().with(KEY, String.valueOf(request.getQueryString()));
      try (Scope scope = own.makeCurrent()) {
        AsyncContexts.start(asyncContext, () -> answer(asyncContext));
      }
    }

    private void answer(AsyncContext asyncContext) {
      seen.add(String.valueOf(Context.current().get(KEY)));
      ((HttpServletResponse) asyncContext.getResponse()).setStatus(202);
      asyncContext.complete();
    }
  }

  @Test
  void start_anyTask_contextIsCurrentInItAndNotAfterIt() throws Exception {
    // Two threads, so that each serves requests after it ran a task.
    ExecutorService threads = Executors.newFixedThreadPool(2);
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(directory.toString());
    Connector connector = new Connector();
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    connector.getProtocolHandler().setExecutor(threads);
    tomcat.setConnector(connector);
    var context = tomcat.addContext("", directory.toString());
    Tomcat.addServlet(context, "async", new Asynchronous()).setAsyncSupported(true);
    context.addServletMappingDecoded("/*", "async");
    tomcat.start();
    try {
      URI base = URI.create("http://127.0.0.1:" + connector.getLocalPort() + "/");
      for (int i = 0; i < 50; i++) {
        assertThat(get(base.resolve("?" + i))).isEqualTo(202);
      }
    } finally {
      tomcat.stop();
      tomcat.destroy();
      threads.shutdown();
    }

    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(seen).hasSize(50).first().isEqualTo("0");
    assertThat(seen).last().isEqualTo("49");
    assertThat(found).hasSize(50).containsOnly(Context.root());
  }

  private static int get(URI uri) throws IOException, InterruptedException {
    return CLIENT
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
