/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.start;

import dev.observe.Metrics;
import dev.observe.Observe;
import dev.observe.Tracing;
import dev.observe.servlet.ObserveFilter;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/**
 * The start of a server in a JVM of its own: prints how many microseconds passed from the beginning
 * of {@code main} to the first answer.
 */
public final class ColdStart {
  private ColdStart() {}

  /** Takes {@code plain}, {@code observe} or {@code autoconfigure}. */
  public static void main(String[] args) throws Exception {
    long start = System.nanoTime();
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    tomcat.setPort(0);
    tomcat.setSilent(true);
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "hello", new Hello());
    context.addServletMappingDecoded("/*", "hello");
    switch (args[0]) {
      case "observe" -> {
        Tracing tracing = Observe.initTracing("shop");
        Metrics metrics = Observe.initMetrics("shop");
        add(context, ObserveFilter.create(tracing, metrics));
      }
      case "autoconfigure" -> {
        var sdk = AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();
        sdk.getTracer("benchmark").spanBuilder("GET").startSpan().end();
        sdk.getMeter("benchmark").histogramBuilder("requests").build().record(1);
      }
      default -> {}
    }
    tomcat.start();
    URI uri = URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/hello");
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    if (connection.getResponseCode() != 200) {
      throw new IllegalStateException("status must be 200, was " + connection.getResponseCode());
    }
    System.out.println("started " + (System.nanoTime() - start) / 1_000);
    Runtime.getRuntime().halt(0);
  }

  private static void add(Context context, ObserveFilter filter) {
    FilterDef def = new FilterDef();
    def.setFilterName("observe");
    def.setFilter(filter);
    def.setAsyncSupported("true");
    context.addFilterDef(def);
    FilterMap map = new FilterMap();
    map.setFilterName("observe");
    map.addURLPattern("/*");
    context.addFilterMap(map);
  }

  private static final class Hello extends HttpServlet {
    private static final long serialVersionUID = 1;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().print("hello");
    }
  }
}
