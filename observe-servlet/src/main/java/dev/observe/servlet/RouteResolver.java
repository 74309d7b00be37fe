/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Returns the route of a request for a router that observe does not support itself.
 *
 * <p>Spring MVC, JAX-RS, servlet mappings and routers that set the request attribute {@code
 * http.route} need no resolver.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface RouteResolver {
  /**
   * Returns the pattern that the request matched, with the context path, such as {@code
   * /shop/orders/{id}}. Called when a request ends, and also when it begins if a sampler may read
   * the route; must be fast and not throw.
   *
   * @return the pattern, never the raw path; null if it is unknown, so that the next source is used
   */
  @Nullable String route(HttpServletRequest request);
}
