/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.request.MetricsOnlyRequests;
import dev.observe.internal.request.RequestKind;
import dev.observe.internal.util.FatalErrors;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Counts requests without spans. A request that succeeds on its thread, as nearly all do, costs no
 * object; an exchange takes over any other.
 */
final class MetricsOnlyCounter {
  private final MetricsOnlyRequests requests;
  private final RequestObserver observer;
  private final ApplicationState application;

  // Fields of the observer and of the application, as each indirection takes time of a request.
  private final RequestKinds kinds;
  private final ServletRoutes routes;
  private final MetricsOnlyRequest counted;

  MetricsOnlyCounter(
      MetricsOnlyRequests requests, RequestObserver observer, ApplicationState application) {
    this.requests = requests;
    this.observer = observer;
    this.application = application;
    this.kinds = observer.kinds();
    this.routes = observer.routes();
    this.counted = application.counted;
  }

  void observe(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    long start = requests.nanos();
    HttpServletMapping mapping = null;
    RequestKind kind = null;
    try {
      if (!observer.isOwn(request)) {
        // Now, because Undertow later reports the mapping of the last dispatch.
        mapping = request.getHttpServletMapping();
        RequestKind found = kinds.of(request, mapping);
        request.setAttribute(MatchedRoute.ATTRIBUTE, counted);
        requests.started(found);
        kind = found;
      }
    } catch (Throwable e) {
      // A wrapper of the application failed: an exchange measures without it and logs the failure.
      FatalErrors.rethrow(e);
    }
    if (kind == null) {
      observer.first(request, response, chain);
      return;
    }
    try {
      chain.doFilter(request, response);
    } catch (Throwable e) {
      ServletExchange exchange = takeOver(request, response, kind, start, mapping);
      exchange.thrown(e);
      exchange.leave();
      throw e;
    }
    int status = 0;
    String route = null;
    boolean simple = false;
    try {
      status = response.getStatus();
      route = route(request, mapping, status);
      simple =
          status < HttpServletResponse.SC_BAD_REQUEST
              && status != HttpServletResponse.SC_SWITCHING_PROTOCOLS
              && !request.isAsyncStarted();
    } catch (Throwable e) {
      // As above: an exchange takes over.
      FatalErrors.rethrow(e);
    }
    if (simple) {
      requests.ended(kind, start, route, status);
    } else {
      takeOver(request, response, kind, start, mapping).leave();
    }
  }

  private ServletExchange takeOver(
      HttpServletRequest request,
      HttpServletResponse response,
      RequestKind kind,
      long startNanos,
      @Nullable HttpServletMapping mapping) {
    ServletExchange exchange = new ServletExchange(request, response, observer);
    exchange.takeOver(requests, kind, startNanos, mapping);
    try {
      MetricsOnlyRequest noted = noted(request);
      if (noted != null) {
        exchange.takeRoute(noted);
      }
      // For asynchronous dispatches, and the listener of the end.
      request.setAttribute(MatchedRoute.ATTRIBUTE, exchange);
    } catch (Throwable e) {
      // A wrapper of the application failed; the exchange ends without it.
      FatalErrors.rethrow(e);
    }
    return exchange;
  }

  private @Nullable String route(
      HttpServletRequest request, @Nullable HttpServletMapping mapping, int status) {
    MetricsOnlyRequest noted = noted(request);
    if (noted == null) {
      return routes.of(request, mapping, null, status);
    }
    return noted.kept == null
        ? routes.of(request, mapping, noted.jaxRsPattern, status)
        : routes.of(noted.kept, mapping, status);
  }

  /** Returns the request's attribute if it may have a route, or null. */
  private @Nullable MetricsOnlyRequest noted(HttpServletRequest request) {
    return application.replacesCounted
            && request.getAttribute(MatchedRoute.ATTRIBUTE) instanceof MetricsOnlyRequest noted
        ? noted
        : null;
  }
}
