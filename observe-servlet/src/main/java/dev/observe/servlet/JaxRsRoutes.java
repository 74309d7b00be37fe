/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.internal.util.FatalErrors;
import dev.observe.servlet.internal.MatchedRoute;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Provides the route of requests to JAX-RS resources: the {@code @Path} of the class, of the
 * sub-resource locators, and of the method.
 *
 * <p>The annotations may be on superclasses and interfaces. Jersey and RESTEasy find this class by
 * its service file from Jakarta REST 3.1 on; register it in the application for older versions and
 * for CXF. A request has no route of its own, but that of the servlet, if its resource is not made
 * from annotations or more than eight resources lead to it.
 *
 * @since 0.1
 */
public final class JaxRsRoutes implements DynamicFeature {
  /** Creates the instance of the JAX-RS runtime. */
  public JaxRsRoutes() {}

  /** Called by JAX-RS for each resource method when the application starts. */
  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    Class<?> type = resource.getResourceClass();
    String methodPath = JaxRsAnnotations.pathOf(type, resource.getResourceMethod());
    if (methodPath != null) {
      context.register(new Route(JaxRsAnnotations.pathOf(type), methodPath));
    }
  }

  /** Runs after the method is matched and before it is called. */
  private static final class Route implements ContainerRequestFilter {
    /** The route without a locator; null for a class that only a locator can return. */
    private final @Nullable MatchedRoute ofRoot;

    private final JaxRsLocators locators;

    Route(@Nullable String classPath, String methodPath) {
      this.ofRoot = classPath == null ? null : matched(classPath + methodPath);
      this.locators = new JaxRsLocators(methodPath);
    }

    private static MatchedRoute matched(String pattern) {
      return new MatchedRoute(pattern.isEmpty() ? "/" : pattern);
    }

    @Override
    public void filter(ContainerRequestContext request) {
      try {
        MatchedRoute route = route(request.getUriInfo());
        // A property of the request is an attribute of the servlet request.
        Object replacement =
            route == null ? null : route.note(request.getProperty(MatchedRoute.ATTRIBUTE));
        if (replacement != null) {
          request.setProperty(MatchedRoute.ATTRIBUTE, replacement);
        }
      } catch (Throwable e) {
        // Only the route is lost, not the request.
        FatalErrors.rethrow(e);
      }
    }

    private @Nullable MatchedRoute route(UriInfo uri) {
      List<Object> resources = uri.getMatchedResources();
      return resources.size() > 1 ? locators.route(resources, uri) : ofRoot;
    }
  }
}
