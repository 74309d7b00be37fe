/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package shop;

import dev.observe.Metrics;
import dev.observe.Observe;
import dev.observe.Tracing;
import dev.observe.servlet.ObserveFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;

/** Answers hello, observed: the README's program with the port as its argument. */
public class Hello extends HttpServlet {
  private static final long serialVersionUID = 1L;

  /** Runs until the process is stopped. */
  public static void main(String[] args) throws Exception {
    try (Tracing tracing = Observe.initTracing("hello");
        Metrics metrics = Observe.initMetrics("hello")) {
      Tomcat tomcat = new Tomcat();
      Context app = tomcat.addContext("", null);
      app.addServletContainerInitializer(
          (types, context) -> ObserveFilter.create(tracing, metrics).addTo(context), Set.of());
      Tomcat.addServlet(app, "hello", new Hello()).addMapping("/hello");
      tomcat.getConnector().setPort(Integer.parseInt(args[0]));
      tomcat.start();
      tomcat.getServer().await();
    }
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.getWriter().println("hello from " + Hello.class.getModule());
  }
}
