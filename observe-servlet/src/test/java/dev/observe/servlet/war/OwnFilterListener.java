/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.servlet.ObserveFilter;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;

/** Starts observe in the application and adds a filter with an additional label. */
public final class OwnFilterListener implements ServletContextListener {
  private static final String TRACING = "tracing";
  private static final String METRICS = "metrics";

  @Override
  public void contextInitialized(ServletContextEvent event) {
    ServletContext application = event.getServletContext();
    Tracing tracing =
        Tracing.builder("by hand").endpoint(application.getInitParameter(WarIT.ENDPOINT)).start();
    Metrics metrics = Metrics.builder("by hand").disableEndpoint().start();
    application.setAttribute(TRACING, tracing);
    application.setAttribute(METRICS, metrics);
    ObserveFilter.builder(tracing, metrics)
        .addLabel("tenant", 10, request -> "acme")
        .build()
        .addTo(application);
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    ServletContext application = event.getServletContext();
    ((Tracing) application.getAttribute(TRACING)).close();
    ((Metrics) application.getAttribute(METRICS)).close();
  }
}
