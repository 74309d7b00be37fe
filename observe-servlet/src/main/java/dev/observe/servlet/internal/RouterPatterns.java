/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.servlet.RouteResolver;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * What the routers have named for a request so far, kept before another handler is called, whose
 * router overwrites it: that of an error page, a forward, an include or an asynchronous dispatch.
 *
 * @param route the whole route, or null
 * @param pattern the pattern below the servlet mapping, or null
 */
record RouterPatterns(@Nullable String route, @Nullable String pattern) {
  /** Any router may set this attribute; its value is the route. */
  private static final String ATTRIBUTE = "http.route";

  static final RouterPatterns NONE = new RouterPatterns(null, null);

  static RouterPatterns of(
      HttpServletRequest request,
      @Nullable RouteResolver resolver,
      FrameworkRouters frameworks,
      @Nullable String jaxRsPattern) {
    String route = complete(request, resolver);
    String pattern = route == null ? frameworks.pattern(request, jaxRsPattern) : null;
    return route == null && pattern == null ? NONE : new RouterPatterns(route, pattern);
  }

  boolean isEmpty() {
    return equals(NONE);
  }

  /** Returns the route that a router or the resolver has named with the context path, or null. */
  static @Nullable String complete(HttpServletRequest request, @Nullable RouteResolver resolver) {
    if (request.getAttribute(ATTRIBUTE) instanceof String route && !route.isEmpty()) {
      return route;
    }
    return resolver == null ? null : resolver.route(request);
  }
}
