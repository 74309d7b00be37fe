/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.request.MetricsOnlyRequests;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.internal.request.series.RequestMeter;
import dev.observe.servlet.MetricsServlet;
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
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The way of a request through any filter or servlet of ours. */
public final class RequestObserver implements AutoCloseable {
  /**
   * How many there are that make spans. While there are any, a request that is counted may meet one
   * of them further in, which has to find an exchange to join.
   */
  private static final AtomicInteger TRACING = new AtomicInteger();

  private final ServerTelemetry telemetry;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Null where each request needs an exchange. */
  private final @Nullable MetricsOnlyCounter plain;

  private final @Nullable RouteResolver routeResolver;
  private final RequestKinds kinds;

  /** The names of the application's servlets that serve pages of ours; null for none. */
  private volatile @Nullable Set<String> ownServlets;

  /** Whether Spring MVC may name routes: until an application is known that cannot have it. */
  private volatile boolean asksSpring = true;

  private final AtomicBoolean learnt = new AtomicBoolean();

  public RequestObserver(ServerTelemetry telemetry, @Nullable RouteResolver routeResolver) {
    this.telemetry = telemetry;
    this.routeResolver = routeResolver;
    this.kinds = new RequestKinds(telemetry);
    MetricsOnlyRequests requests = routeResolver == null ? MetricsOnlyRequests.of(telemetry) : null;
    this.plain = requests == null ? null : new MetricsOnlyCounter(requests, this);
    if (telemetry.isTracing()) {
      TRACING.incrementAndGet();
    }
  }

  RequestKinds kinds() {
    return kinds;
  }

  @Nullable RouteResolver routeResolver() {
    return routeResolver;
  }

  /** Whether a request is for a page of ours. */
  boolean isOwn(HttpServletRequest request) {
    Set<String> own = ownServlets;
    return own != null
        && own.contains(String.valueOf(request.getHttpServletMapping().getServletName()));
  }

  /** Learns which servlets of an application are not worth measuring. */
  public void learn(ServletContext application) {
    Set<String> own = new HashSet<>();
    application
        .getServletRegistrations()
        .forEach(
            (name, registration) -> {
              if (MetricsServlet.class.getName().equals(registration.getClassName())) {
                own.add(name);
              }
            });
    ownServlets = own.isEmpty() ? null : Set.copyOf(own);
    // One filter may serve several applications: it asks where one of them has it.
    asksSpring = SpringMvc.mayBeIn(application) || (learnt.getAndSet(true) && asksSpring);
  }

  boolean asksSpring() {
    return asksSpring;
  }

  public void observe(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!(request instanceof HttpServletRequest httpRequest)
        || !(response instanceof HttpServletResponse httpResponse)) {
      chain.doFilter(request, response);
      return;
    }
    Object begun = request.getAttribute(ServletExchange.ATTRIBUTE);
    if (begun instanceof ServletExchange exchange) {
      // A second filter, a forward, an include, an error page or an asynchronous dispatch: the
      // first pass owns the measurement.
      again(exchange, httpRequest, httpResponse, chain);
    } else if (begun instanceof MetricsOnlyRequest) {
      // As above, and there is nothing that anybody but the first pass could add.
      chain.doFilter(request, response);
    } else if (plain != null && TRACING.get() == 0) {
      plain.observe(httpRequest, httpResponse, chain);
    } else {
      first(httpRequest, httpResponse, chain);
    }
  }

  /** The way of a request that no filter of ours has seen. */
  void first(HttpServletRequest httpRequest, HttpServletResponse httpResponse, FilterChain chain)
      throws IOException, ServletException {
    ServletExchange exchange = new ServletExchange(httpRequest, httpResponse, this);
    exchange.start(telemetry);
    httpRequest.setAttribute(ServletExchange.ATTRIBUTE, exchange);
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
    boolean joined = exchange.join(telemetry);
    // Only where this thread does not have the span yet: within a forward a child of it may be
    // current, and stays so.
    boolean async = request.getDispatcherType() == DispatcherType.ASYNC;
    Scope scope = joined || async ? exchange.makeCurrent() : Scope.noop();
    try {
      serve(exchange, request, response, chain);
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

  private static void serve(
      ServletExchange exchange,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws IOException, ServletException {
    RequestMeter meter = exchange.meter();
    if (meter == null) {
      chain.doFilter(request, response);
    } else {
      MeasuredRequest.serve(meter, request, response, chain);
    }
  }

  @Override
  public void close() {
    if (telemetry.isTracing() && closed.compareAndSet(false, true)) {
      TRACING.decrementAndGet();
    }
    telemetry.close();
  }
}
