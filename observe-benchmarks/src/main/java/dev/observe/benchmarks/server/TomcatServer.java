/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.server;

import jakarta.servlet.http.HttpServlet;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/** Tomcat with its defaults, on a free loopback port. */
final class TomcatServer {
  private TomcatServer() {}

  static int start(Way way, HttpServlet servlet) throws LifecycleException {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setPort(0);
    tomcat.setSilent(true);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    // By default it closes a connection after 100 requests, so connecting would be measured.
    tomcat.getConnector().setProperty("maxKeepAliveRequests", "-1");
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "orders", servlet).addMapping("/orders");
    context.addServletContainerInitializer((types, started) -> way.addTo(started), Set.of());
    tomcat.start();
    return tomcat.getConnector().getLocalPort();
  }
}
