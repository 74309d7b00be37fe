/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import dev.observe.servlet.ObserveFilter;
import dev.observe.servlet.ObservedServlet;
import dev.observe.servlet.RequestMetricsFilter;
import dev.observe.servlet.TracingFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Servlet;
import java.util.Set;

/** How the library comes into the application. */
enum FilterSet {
  /** Not at all: the responses that the others are held against. */
  NONE("not observed"),
  ALONE("ObserveFilter") {
    @Override
    void addTo(App app, Telemetry telemetry, Set<DispatcherType> types) {
      app.filter(
          "observe",
          ObserveFilter.create(telemetry.openTelemetry(), telemetry.registry),
          "/*",
          types);
    }
  },
  PAIR("TracingFilter and RequestMetricsFilter") {
    @Override
    void addTo(App app, Telemetry telemetry, Set<DispatcherType> types) {
      app.filter("tracing", TracingFilter.create(telemetry.openTelemetry()), "/*", types);
      app.filter("metrics", RequestMetricsFilter.create(telemetry.registry), "/*", types);
    }
  },
  TWICE("ObserveFilter twice") {
    @Override
    void addTo(App app, Telemetry telemetry, Set<DispatcherType> types) {
      for (String name : new String[] {"observe", "observe-again"}) {
        app.filter(
            name, ObserveFilter.create(telemetry.openTelemetry(), telemetry.registry), "/*", types);
      }
    }
  },
  SERVLET("ObservedServlet") {
    @Override
    Servlet wrap(Servlet servlet, Telemetry telemetry) {
      return ObservedServlet.wrap(servlet, telemetry.openTelemetry(), telemetry.registry);
    }
  };

  final String title;

  FilterSet(String title) {
    this.title = title;
  }

  void addTo(App app, Telemetry telemetry, Set<DispatcherType> types) {}

  Servlet wrap(Servlet servlet, Telemetry telemetry) {
    return servlet;
  }
}
