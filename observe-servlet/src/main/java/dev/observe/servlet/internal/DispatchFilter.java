/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.util.FatalErrors;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the route of a request before it is dispatched to another handler, whose router may
 * overwrite it. The filters that measure need not be mapped to such dispatches.
 */
final class DispatchFilter implements Filter {
  private static final String NAME = "dev.observe.dispatches";

  private DispatchFilter() {}

  /** Registers one for an application that is starting, unless it has one. */
  static void register(ServletContext application) {
    FilterRegistration.Dynamic registration = application.addFilter(NAME, new DispatchFilter());
    if (registration != null) {
      registration.setAsyncSupported(true);
      // Not for asynchronous dispatches: the filter that began the exchange is left before those.
      registration.addMappingForUrlPatterns(
          EnumSet.of(DispatcherType.FORWARD, DispatcherType.INCLUDE, DispatcherType.ERROR),
          false,
          "/*");
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    keepRoute(request, request.getAttribute(MatchedRoute.ATTRIBUTE));
    chain.doFilter(request, response);
  }

  /** Keeps the route that a request has now if it is being dispatched to another handler. */
  static void keepRoute(ServletRequest request, @Nullable Object begun) {
    try {
      DispatcherType type = request.getDispatcherType();
      if (type == DispatcherType.REQUEST) {
        return;
      }
      boolean isError = type == DispatcherType.ERROR;
      if (begun instanceof ServletExchange exchange) {
        exchange.keepRoute(isError);
      } else if (begun instanceof MetricsOnlyRequest counted
          && request instanceof HttpServletRequest httpRequest) {
        MetricsOnlyRequest keeping = counted.keepRoute(httpRequest, isError);
        if (keeping != counted) {
          request.setAttribute(MatchedRoute.ATTRIBUTE, keeping);
        }
      }
    } catch (Throwable e) {
      // A wrapper of the application failed, which must not fail the request.
      FatalErrors.rethrow(e);
    }
  }
}
