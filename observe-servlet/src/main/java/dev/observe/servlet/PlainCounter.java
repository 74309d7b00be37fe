/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.http.PlainRequests;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request that is only counted: when it simply succeeds on its thread, as nearly all
 * do, it costs no object. Any other is handed to an exchange as soon as that shows.
 */
final class PlainCounter {
  private final PlainRequests requests;
  private final RequestObserver observer;

  PlainCounter(PlainRequests requests, RequestObserver observer) {
    this.requests = requests;
    this.observer = observer;
  }

  void observe(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    long start = requests.nanos();
    String method;
    String scheme;
    String protocol;
    HttpServletMapping mapping;
    String mapped;
    LongAdder active;
    try {
      method = requests.method(request.getMethod());
      scheme = request.getScheme();
      protocol = request.getProtocol();
      // Now, as Undertow shows the mapping of the last dispatch later.
      mapping = request.getHttpServletMapping();
      mapped = ServletRoute.ofMapping(request, mapping);
      request.setAttribute(ServletExchange.ATTRIBUTE, PlainRequest.COUNTED);
      active = requests.started(method, scheme);
    } catch (RuntimeException e) {
      // Somebody's wrapper does not answer: an exchange knows how to do without.
      observer.first(request, response, chain);
      return;
    }
    try {
      chain.doFilter(request, response);
    } catch (Throwable e) {
      ServletExchange exchange = takeOver(request, response, start, active, mapping, mapped);
      exchange.thrown(e);
      exchange.leave();
      throw e;
    }
    String route = mapped;
    int status;
    try {
      status = response.getStatus();
      if (status >= HttpServletResponse.SC_BAD_REQUEST
          || status == HttpServletResponse.SC_SWITCHING_PROTOCOLS
          || request.isAsyncStarted()) {
        takeOver(request, response, start, active, mapping, mapped).leave();
        return;
      }
      String told = ServletRoute.ofRouter(request, mapping, null, jaxRsPattern(request));
      route = told == null ? mapped : told;
    } catch (RuntimeException e) {
      // Somebody's wrapper does not answer: the request must not fail for that.
      status = 0;
    }
    requests.ended(active, start, method, route, status, scheme, protocol);
  }

  private ServletExchange takeOver(
      HttpServletRequest request,
      HttpServletResponse response,
      long startNanos,
      LongAdder active,
      @Nullable HttpServletMapping mapping,
      @Nullable String mapped) {
    ServletExchange exchange = new ServletExchange(request, response, observer);
    exchange.takeOver(requests, startNanos, active, mapping, mapped, jaxRsPattern(request));
    request.setAttribute(ServletExchange.ATTRIBUTE, exchange);
    return exchange;
  }

  private static @Nullable String jaxRsPattern(HttpServletRequest request) {
    return PlainRequest.jaxRs
            && request.getAttribute(ServletExchange.ATTRIBUTE) instanceof PlainRequest plain
        ? plain.jaxRsPattern
        : null;
  }
}
