/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.request.MetricsOnlyRequests;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.internal.request.series.RequestMeter;
import dev.observe.servlet.LivePageServlet;
import dev.observe.servlet.MetricsServlet;
import dev.observe.servlet.ObservedServlet;
import dev.observe.servlet.RouteResolver;
import dev.observe.servlet.internal.body.MeasuredRequest;
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
import java.lang.ref.WeakReference;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Observes the requests of one application that pass through one filter or servlet. */
final class RequestObserver implements AutoCloseable {
  private final ServerTelemetry telemetry;
  private final ApplicationState application;
  private final Container container;
  private final WeakReference<@Nullable ServletContext> context;

  /** Null where each request needs an exchange. */
  private final @Nullable MetricsOnlyCounter metricsOnly;

  private final ServletRoutes routes;
  private final RequestKinds kinds;

  /** The names of the application's servlets that serve pages of observe; null without any. */
  private final @Nullable Set<String> ownServlets;

  /** Null unless Spring Boot started the application. */
  private final @Nullable SpringBoot boot;

  /**
   * Starts to observe.
   *
   * @throws IllegalStateException if the container's Servlet API is older than 4.0
   */
  RequestObserver(
      ServerTelemetry telemetry,
      @Nullable RouteResolver routeResolver,
      @Nullable ServletContext context,
      boolean inServlet) {
    if (context != null) {
      requireMappings(context);
    }
    this.telemetry = telemetry;
    this.context = new WeakReference<>(context);
    this.application = ApplicationState.of(context);
    this.container = context == null ? Container.OTHER : Container.of(context);
    this.routes = new ServletRoutes(context, application.frameworks, container, routeResolver);
    this.kinds = new RequestKinds(telemetry, routes);
    this.boot = context == null ? null : SpringBoot.of(context);
    Set<String> own = new HashSet<>(servlets(context, MetricsServlet.class));
    own.addAll(servlets(context, LivePageServlet.class));
    this.ownServlets = own.isEmpty() ? null : own;
    MetricsOnlyRequests requests = routeResolver == null ? MetricsOnlyRequests.of(telemetry) : null;
    // A container may initialise a servlet as late as in its first request.
    boolean mayTraceLater = !inServlet && !servlets(context, ObservedServlet.class).isEmpty();
    this.metricsOnly =
        requests == null || mayTraceLater
            ? null
            : new MetricsOnlyCounter(requests, this, application);
    if (telemetry.isTracing()) {
      application.startTracing();
    }
  }

  /** Refuses an API without servlet mappings, which only the jar for javax.servlet can meet. */
  private static void requireMappings(ServletContext context) {
    if (context.getMajorVersion() >= 4) {
      return;
    }
    try {
      // Jetty 9.4 reports 3.1 with the API of 4.0 too, which has default methods.
      HttpServletRequest.class.getMethod("getHttpServletMapping");
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(
          "Servlet 4.0 or later is required, and this container has Servlet %d.%d; use Tomcat 9, %s"
              .formatted(
                  context.getMajorVersion(),
                  context.getMinorVersion(),
                  "Jetty 10, Undertow 2 or a later version of them"),
          e);
    }
  }

  /**
   * Logs the start of the application when its last filter has started.
   *
   * @param filters the number of filters of observe that start in the application
   */
  void logStart(String filter, int filters) {
    application.startLog.started(filter, telemetry, filters);
  }

  private static Set<String> servlets(@Nullable ServletContext context, Class<?> type) {
    if (context == null) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    context
        .getServletRegistrations()
        .forEach(
            (name, registration) -> {
              if (type.getName().equals(registration.getClassName())) {
                names.add(name);
              }
            });
    return Set.copyOf(names);
  }

  boolean isOf(@Nullable ServletContext other) {
    return other != null && other.equals(context.get());
  }

  Container container() {
    return container;
  }

  RequestKinds kinds() {
    return kinds;
  }

  ServletRoutes routes() {
    return routes;
  }

  /**
   * Returns whether a request is for a page of observe or of Spring Boot's actuator, which is not
   * measured.
   */
  boolean isOwn(HttpServletRequest request) {
    return (ownServlets != null
            && ownServlets.contains(
                String.valueOf(request.getHttpServletMapping().getServletName())))
        || (boot != null && boot.isActuator(request));
  }

  /** Returns whether a request may have a span of Spring's own observation. */
  boolean joinsObservations() {
    return boot != null && boot.tracesObservations();
  }

  void observe(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!(request instanceof HttpServletRequest httpRequest)
        || !(response instanceof HttpServletResponse httpResponse)) {
      chain.doFilter(request, response);
      return;
    }
    Object begun = request.getAttribute(MatchedRoute.ATTRIBUTE);
    if (begun instanceof ServletExchange exchange) {
      // A second filter, a forward, an include, an error page or an asynchronous dispatch: the
      // first pass owns the measurement.
      again(exchange, httpRequest, httpResponse, chain);
    } else if (begun instanceof MetricsOnlyRequest) {
      // The first pass counts it, and there is only a route to keep.
      DispatchFilter.keepRoute(request, begun);
      chain.doFilter(request, response);
    } else if (metricsOnly != null && !application.isTraced()) {
      metricsOnly.observe(httpRequest, httpResponse, chain);
    } else {
      first(httpRequest, httpResponse, chain);
    }
  }

  /** Measures a request that no other filter of observe has seen. */
  void first(HttpServletRequest httpRequest, HttpServletResponse httpResponse, FilterChain chain)
      throws IOException, ServletException {
    ServletExchange exchange = new ServletExchange(httpRequest, httpResponse, this);
    exchange.start(telemetry);
    httpRequest.setAttribute(MatchedRoute.ATTRIBUTE, exchange);
    Scope scope = exchange.enter();
    try {
      serve(exchange, httpRequest, httpResponse, chain);
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
    DispatchFilter.keepRoute(request, exchange);
    boolean joined = exchange.join(telemetry);
    // Only if this thread does not have the span yet: within a forward a child of the span may be
    // current, and must stay so.
    boolean async = request.getDispatcherType() == DispatcherType.ASYNC;
    Scope scope = joined || async ? exchange.makeCurrent() : Scope.noop();
    try {
      serve(exchange, request, response, chain);
    } catch (Throwable e) {
      // The container catches it after an asynchronous dispatch, a caller after any other.
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

  private void serve(
      ServletExchange exchange,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    RequestMeter meter = exchange.meter();
    if (meter == null) {
      chain.doFilter(request, response);
    } else {
      MeasuredRequest.serve(meter, container, request, response, chain);
    }
  }

  @Override
  public void close() {
    if (telemetry.isTracing()) {
      application.stopTracing();
    }
    telemetry.close();
  }
}
