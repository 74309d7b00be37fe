/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.internal.request.ServerTelemetry;
import dev.observe.servlet.internal.RequestEndListener;
import dev.observe.servlet.internal.RequestObserver;
import dev.observe.servlet.internal.SharedHandles;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the three filters have in common: everything but what they record. */
abstract sealed class ObservingFilter implements Filter
    permits ObserveFilter, RequestMetricsFilter, TracingFilter {
  /** Null for a filter of {@code web.xml}, which learns in {@link #init} what to record into. */
  private final @Nullable Supplier<ServerTelemetry> maker;

  private volatile @Nullable RequestObserver observer;
  private volatile @Nullable SharedHandles handles;

  private final @Nullable RouteResolver routeResolver;

  ObservingFilter() {
    this.maker = null;
    this.routeResolver = null;
  }

  ObservingFilter(Supplier<ServerTelemetry> maker, @Nullable RouteResolver routeResolver) {
    this.maker = maker;
    this.routeResolver = routeResolver;
    // Not only in init: whoever makes the filter learns here what is wrong with it.
    this.observer = new RequestObserver(maker.get(), routeResolver);
  }

  /** Returns what a filter that was made without anything records into. */
  abstract ServerTelemetry telemetry(SharedHandles found);

  /**
   * Adds this filter to an application that is starting: for all its paths, before its other
   * filters, with asynchronous requests allowed.
   *
   * @throws IllegalStateException if the application has started, or has a filter of this class
   */
  public final void addTo(ServletContext application) {
    addTo(application, getClass().getName());
  }

  final void addTo(ServletContext application, String name) {
    FilterRegistration.Dynamic registration = application.addFilter(name, this);
    if (registration == null) {
      throw new IllegalStateException(
          "an application must have one "
              + getClass().getSimpleName()
              + ", and this has it"
              + " already; drop the second addTo, or the entry in web.xml");
    }
    registration.setAsyncSupported(true);
    RequestEndListener.register(application);
    registration.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
  }

  /**
   * Called by the container.
   *
   * @throws ServletException if an init-param or another setting is not valid
   */
  @Override
  public final void init(FilterConfig config) throws ServletException {
    if (ObserveInitializer.yields(config)) {
      return;
    }
    RequestObserver current = observer;
    if (current == null) {
      current = maker == null ? find(config) : new RequestObserver(maker.get(), routeResolver);
    }
    current.learn(config.getServletContext());
    RequestEndListener.register(config.getServletContext());
    observer = current;
  }

  private RequestObserver find(FilterConfig config) throws ServletException {
    SharedHandles found = SharedHandles.acquire(config);
    boolean started = false;
    try {
      RequestObserver made = new RequestObserver(telemetry(found), null);
      handles = found;
      started = true;
      return made;
    } catch (RuntimeException e) {
      throw new ServletException(
          "The filter '" + config.getFilterName() + "' cannot start: " + e.getMessage(), e);
    } finally {
      if (!started) {
        found.close();
      }
    }
  }

  @Override
  public final void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    RequestObserver current = observer;
    if (current == null) {
      // Destroyed, never initialised, or not needed beside another: the request matters more.
      chain.doFilter(request, response);
    } else {
      current.observe(request, response, chain);
    }
  }

  @Override
  public final void destroy() {
    RequestObserver current = observer;
    observer = null;
    if (current != null) {
      current.close();
    }
    SharedHandles found = handles;
    handles = null;
    if (found != null) {
      found.close();
    }
  }
}
