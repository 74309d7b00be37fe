/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import dev.observe.servlet.ObserveFilter;
import dev.observe.servlet.ObservedServlet;
import dev.observe.servlet.RequestMetricsFilter;
import dev.observe.servlet.TracingFilter;
import dev.observe.servlet.internal.RequestEnds;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** The filters of observe in an application. */
enum FilterSet {
  /** None: its responses are compared with the others. */
  NONE("not observed", "none"),
  ALONE("ObserveFilter", "alone") {
    @Override
    void addTo(App app, Telemetry telemetry, Set<DispatcherType> types) {
      app.filter(
          "observe",
          ObserveFilter.create(telemetry.openTelemetry(), telemetry.registry),
          "/*",
          types);
    }
  },
  /** As after automatic registration: with the listener for the end of a request. */
  LISTENER("ObserveFilter and its listener", "listener") {
    @Override
    void addTo(App app, Telemetry telemetry, Set<DispatcherType> types) {
      ALONE.addTo(app, telemetry, types);
    }

    @Override
    void onStart(ServletContext context) {
      RequestEnds.register(context);
    }
  },
  PAIR("TracingFilter and RequestMetricsFilter", "pair") {
    @Override
    void addTo(App app, Telemetry telemetry, Set<DispatcherType> types) {
      app.filter("tracing", TracingFilter.create(telemetry.openTelemetry()), "/*", types);
      app.filter("metrics", RequestMetricsFilter.create(telemetry.registry), "/*", types);
    }
  },
  /** No spans: a request that succeeds is counted without an exchange. */
  METRICS("RequestMetricsFilter", "metrics") {
    @Override
    void addTo(App app, Telemetry telemetry, Set<DispatcherType> types) {
      app.filter("metrics", RequestMetricsFilter.create(telemetry.registry), "/*", types);
      app.filter("plain", FilterSet::requirePlain, "/*", EnumSet.of(DispatcherType.REQUEST));
    }
  },
  TWICE("ObserveFilter twice", "twice") {
    @Override
    void addTo(App app, Telemetry telemetry, Set<DispatcherType> types) {
      for (String name : new String[] {"observe", "observe-again"}) {
        app.filter(
            name, ObserveFilter.create(telemetry.openTelemetry(), telemetry.registry), "/*", types);
      }
    }
  },
  SERVLET("ObservedServlet", "servlet") {
    @Override
    Servlet wrap(Servlet servlet, Telemetry telemetry) {
      return ObservedServlet.builder(servlet)
          .openTelemetry(telemetry.openTelemetry())
          .registry(telemetry.registry)
          .build();
    }
  };

  final String title;
  final String brief;

  FilterSet(String title, String brief) {
    this.title = title;
    this.brief = brief;
  }

  void addTo(App app, Telemetry telemetry, Set<DispatcherType> types) {}

  /** Returns whether each request has a span. */
  boolean traces() {
    return this != METRICS;
  }

  /** A tracing filter that another site did not close would give each request an exchange. */
  private static void requirePlain(
      ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    Object begun = request.getAttribute("dev.observe.exchange");
    if (begun == null || !begun.getClass().getSimpleName().equals("MetricsOnlyRequest")) {
      throw new ServletException("the request has an exchange: " + begun);
    }
    chain.doFilter(request, response);
  }

  void onStart(ServletContext context) {}

  Servlet wrap(Servlet servlet, Telemetry telemetry) {
    return servlet;
  }
}
