/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.internal.request.ServerTelemetry;
import dev.observe.servlet.internal.ObserveInitializer;
import dev.observe.servlet.internal.ObservedApplications;
import dev.observe.servlet.internal.SharedHandles;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/** Base class of the filters; a subclass chooses the telemetry. */
abstract sealed class ObservingFilter implements Filter
    permits ObserveFilter, RequestMetricsFilter, TracingFilter {
  private final ObservedApplications applications;

  ObservingFilter(ObservedApplications applications) {
    this.applications = applications;
  }

  /** Returns the telemetry of a filter that was created without arguments. */
  abstract ServerTelemetry telemetry(SharedHandles found);

  /**
   * Adds this filter to an application that is starting: for all its paths, before its other
   * filters, with asynchronous requests allowed.
   *
   * @throws IllegalStateException if the application has started, or has a filter of this class
   */
  public final void addTo(ServletContext application) {
    ObserveInitializer.add(application, this, getClass().getTypeName());
  }

  /**
   * Called by the container.
   *
   * @throws ServletException if an init-param or another setting is not valid, or the registry
   *     holds request metrics from elsewhere
   */
  @Override
  public final void init(FilterConfig config) throws ServletException {
    if (!ObserveInitializer.yields(config)) {
      applications.add(config, getClass().getSimpleName(), this::telemetry);
    }
  }

  @Override
  public final void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    applications.observe(request, response, chain);
  }

  @Override
  public final void destroy() {
    applications.remove();
  }
}
