/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.http.ServerTelemetry;
import io.opentelemetry.context.Scope;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The way of a request through any filter or servlet of ours. */
final class RequestObserver implements AutoCloseable {
  private final ServerTelemetry telemetry;
  private final @Nullable RouteResolver routeResolver;

  /** The names of the application's servlets that serve pages of ours. */
  private volatile Set<String> ownServlets = Set.of();

  RequestObserver(ServerTelemetry telemetry, @Nullable RouteResolver routeResolver) {
    this.telemetry = telemetry;
    this.routeResolver = routeResolver;
  }

  @Nullable RouteResolver routeResolver() {
    return routeResolver;
  }

  /** Whether a request is for a page of ours. */
  boolean isOwn(HttpServletRequest request) {
    Set<String> own = ownServlets;
    return !own.isEmpty()
        && own.contains(String.valueOf(request.getHttpServletMapping().getServletName()));
  }

  /** Learns which servlets of an application are not worth measuring. */
  void learn(ServletContext application) {
    Set<String> own = new HashSet<>();
    application
        .getServletRegistrations()
        .forEach(
            (name, registration) -> {
              if (MetricsServlet.class.getName().equals(registration.getClassName())) {
                own.add(name);
              }
            });
    ownServlets = Set.copyOf(own);
  }

  void observe(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!(request instanceof HttpServletRequest httpRequest)
        || !(response instanceof HttpServletResponse httpResponse)) {
      chain.doFilter(request, response);
      return;
    }
    ServletExchange begun = ServletExchange.of(request);
    if (begun != null) {
      // A second filter, a forward, an include, an error page or an asynchronous dispatch: the
      // first pass owns the measurement.
      again(begun, httpRequest, httpResponse, chain);
      return;
    }
    ServletExchange exchange = new ServletExchange(httpRequest, httpResponse, this);
    exchange.start(telemetry);
    request.setAttribute(ServletExchange.ATTRIBUTE, exchange);
    Scope scope = exchange.makeCurrent();
    try {
      chain.doFilter(request, response);
    } catch (Throwable e) {
      exchange.thrown(e);
      throw e;
    } finally {
      exchange.close(scope);
      exchange.leave();
    }
  }

  private void again(
      ServletExchange exchange,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    if (exchange.isFinished()) {
      chain.doFilter(request, response);
      return;
    }
    boolean joined = exchange.join(telemetry);
    // Only where this thread does not have the span yet: within a forward a child of it may be
    // current, and stays so.
    boolean async = request.getDispatcherType() == DispatcherType.ASYNC;
    Scope scope = joined || async ? exchange.makeCurrent() : Scope.noop();
    try {
      chain.doFilter(request, response);
    } catch (Throwable e) {
      // Out of an asynchronous dispatch it goes to the container, out of any other to a caller.
      if (async) {
        exchange.thrown(e);
      }
      throw e;
    } finally {
      exchange.close(scope);
      if (async && request.isAsyncStarted()) {
        exchange.noteIfSent();
      }
    }
  }

  @Override
  public void close() {
    telemetry.close();
  }
}
