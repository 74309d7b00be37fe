/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Tells the route of a request for a router that observe does not know.
 *
 * <p>Spring MVC, JAX-RS and plain servlet mappings need none, and a router that can set the request
 * attribute {@code http.route} needs none either.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface RouteResolver {
  /**
   * Returns the pattern that the request matched, with the context path, such as {@code
   * /shop/orders/{id}}. Asked when a request ends, and when it begins too where a sampler may look
   * at the route; must be fast and not throw.
   *
   * @return the pattern, never the raw path; null when it is not known, and the next source is
   *     asked
   */
  @Nullable String route(HttpServletRequest request);
}
