/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.servlet.internal.MatchedRoute;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import org.jspecify.annotations.Nullable;

/**
 * Provides the route of requests to JAX-RS resources: the {@code @Path} of the class and of the
 * method.
 *
 * <p>Jakarta REST 3.1 and later find it by its service file; register it in the application for
 * older versions. Requests to a sub-resource have the path of its locator.
 *
 * @since 0.1
 */
public final class JaxRsRoutes implements DynamicFeature {
  /** Creates the instance of the JAX-RS runtime. */
  public JaxRsRoutes() {}

  /** Called by JAX-RS for each resource method when the application starts. */
  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    String pattern =
        path(resource.getResourceClass().getAnnotation(Path.class))
            + path(resource.getResourceMethod().getAnnotation(Path.class));
    context.register(new Route(pattern.isEmpty() ? "/" : pattern));
  }

  private static String path(@Nullable Path annotation) {
    if (annotation == null) {
      return "";
    }
    String path = annotation.value();
    int start = path.startsWith("/") ? 1 : 0;
    int end = path.endsWith("/") && path.length() > start ? path.length() - 1 : path.length();
    return start == end ? "" : '/' + path.substring(start, end);
  }

  /** Runs after the method is matched and before it is called. */
  private static final class Route implements ContainerRequestFilter {
    private final MatchedRoute route;

    Route(String pattern) {
      this.route = new MatchedRoute(pattern);
    }

    @Override
    public void filter(ContainerRequestContext request) {
      // A property of the request is an attribute of the servlet request.
      Object replacement = route.note(request.getProperty(MatchedRoute.ATTRIBUTE));
      if (replacement != null) {
        request.setProperty(MatchedRoute.ATTRIBUTE, replacement);
      }
    }
  }
}
