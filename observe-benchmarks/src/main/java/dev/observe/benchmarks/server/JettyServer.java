/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.server;

import jakarta.servlet.http.HttpServlet;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.ServerConnector;

/** Jetty with its defaults, on a free loopback port. */
final class JettyServer {
  private JettyServer() {}

  static int start(Way way, HttpServlet servlet) throws Exception {
    org.eclipse.jetty.server.Server server = new org.eclipse.jetty.server.Server();
    ServerConnector connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    context.addServlet(new ServletHolder("orders", servlet), "/orders");
    context.addServletContainerInitializer((types, started) -> way.addTo(started));
    server.setHandler(context);
    server.start();
    return connector.getLocalPort();
  }
}
