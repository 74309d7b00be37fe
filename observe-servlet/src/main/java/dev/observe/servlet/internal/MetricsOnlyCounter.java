/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.request.MetricsOnlyRequests;
import dev.observe.internal.request.RequestKind;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request that is only counted: when it simply succeeds on its thread, as nearly all
 * do, it costs no object. Any other is handed to an exchange as soon as that shows.
 */
final class MetricsOnlyCounter {
  private final MetricsOnlyRequests requests;
  private final RequestObserver observer;

  MetricsOnlyCounter(MetricsOnlyRequests requests, RequestObserver observer) {
    this.requests = requests;
    this.observer = observer;
  }

  void observe(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    long start = requests.nanos();
    HttpServletMapping mapping = null;
    RequestKind kind = null;
    try {
      if (!observer.isOwn(request)) {
        // Now, as Undertow shows the mapping of the last dispatch later.
        mapping = request.getHttpServletMapping();
        RequestKind found = observer.kinds().of(request, mapping);
        request.setAttribute(ServletExchange.ATTRIBUTE, MetricsOnlyRequest.COUNTED);
        requests.started(found);
        kind = found;
      }
    } catch (Throwable e) {
      // Somebody's wrapper does not answer: an exchange knows how to do without, and tells.
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
      route = ServletRoute.ofRouter(request, mapping, observer, jaxRsPattern(request));
      simple =
          status < HttpServletResponse.SC_BAD_REQUEST
              && status != HttpServletResponse.SC_SWITCHING_PROTOCOLS
              && !request.isAsyncStarted();
    } catch (Throwable e) {
      // As above: then it is not simple.
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
      String pattern = jaxRsPattern(request);
      if (pattern != null) {
        exchange.matched(pattern);
      }
      // For what comes yet: asynchronous dispatches, and the listener of the end.
      request.setAttribute(ServletExchange.ATTRIBUTE, exchange);
    } catch (RuntimeException e) {
      // Somebody's wrapper again; the exchange ends without.
    }
    return exchange;
  }

  private static @Nullable String jaxRsPattern(HttpServletRequest request) {
    return MetricsOnlyRequest.jaxRs
            && request.getAttribute(ServletExchange.ATTRIBUTE) instanceof MetricsOnlyRequest plain
        ? plain.jaxRsPattern
        : null;
  }
}
