/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import com.sun.net.httpserver.HttpServer;
import dev.observe.internal.exposition.MetricsPage;
import io.prometheus.metrics.exporter.httpserver.HttpExchangeAdapter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A page behind the JDK's server and the library's adapter, as in an application. */
public final class PageClient implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);

  public PageClient(MetricsPage page) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/metrics", exchange -> page.handle(new HttpExchangeAdapter(exchange)));
    server.start();
  }

  public Reply request(String method, String target, String... headers) throws IOException {
    return Reply.request(server.getAddress().getPort(), method, target, headers);
  }

  public Reply get(String... headers) throws IOException {
    return request("GET", "/metrics", headers);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
