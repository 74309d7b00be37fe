/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.servlet.internal.ObservedApplications;
import jakarta.servlet.FilterChain;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/**
 * Measures the requests of one servlet, without a filter chain, as {@link ObserveFilter} measures
 * those of an application.
 *
 * <p>Under a filter of observe it adds nothing. As safe for use by any number of threads as the
 * servlet that it wraps.
 *
 * @since 0.1
 */
public final class ObservedServlet implements Servlet {
  private final Servlet servlet;
  private final FilterChain chain;
  private final ObservedApplications applications;

  ObservedServlet(Servlet servlet, ObservedApplications applications) {
    this.servlet = servlet;
    this.chain = servlet::service;
    this.applications = applications;
  }

  /**
   * Wraps a servlet so that its requests are traced, counted and timed.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere, or a
   *     setting is not valid
   */
  public static Servlet wrap(Servlet servlet, Tracing tracing, Metrics metrics) {
    return builder(servlet).tracing(tracing).metrics(metrics).build();
  }

  /** Returns a builder that wraps a servlet, which is to be given tracing, metrics or both. */
  public static ObservedServletBuilder builder(Servlet servlet) {
    return new ObservedServletBuilder(servlet);
  }

  @Override
  public void init(ServletConfig config) throws ServletException {
    applications.add(config.getServletContext());
    servlet.init(config);
  }

  @Override
  public ServletConfig getServletConfig() {
    return servlet.getServletConfig();
  }

  @Override
  public void service(ServletRequest request, ServletResponse response)
      throws ServletException, IOException {
    applications.observe(request, response, chain);
  }

  @Override
  public String getServletInfo() {
    return servlet.getServletInfo();
  }

  @Override
  public void destroy() {
    try {
      servlet.destroy();
    } finally {
      applications.remove();
    }
  }
}
