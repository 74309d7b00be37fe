/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.servlet.internal.MetricsOnlyRequest;
import dev.observe.servlet.internal.ServletExchange;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import org.jspecify.annotations.Nullable;

/**
 * Tells the route of requests that JAX-RS resources serve: the {@code @Path} of the class and of
 * the method.
 *
 * <p>Jakarta REST 3.1 and later find it by themselves; register it in the application for older
 * ones. Sub-resource locators are not looked into: their requests have the locator's path.
 *
 * @since 0.1
 */
public final class JaxRsRoutes implements DynamicFeature {
  /** For JAX-RS. */
  public JaxRsRoutes() {}

  /** Called by JAX-RS for each resource method when the application starts. */
  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    String pattern =
        path(resource.getResourceClass().getAnnotation(Path.class))
            + path(resource.getResourceMethod().getAnnotation(Path.class));
    MetricsOnlyRequest.jaxRs = true;
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

  /** Runs once the method is matched, before it is called. */
  private static final class Route implements ContainerRequestFilter {
    private final String pattern;
    private final MetricsOnlyRequest counted;

    Route(String pattern) {
      this.pattern = pattern;
      this.counted = new MetricsOnlyRequest(pattern);
    }

    @Override
    public void filter(ContainerRequestContext request) {
      // A property of the request is an attribute of the servlet request.
      Object begun = request.getProperty(ServletExchange.ATTRIBUTE);
      if (begun instanceof ServletExchange exchange) {
        exchange.matched(pattern);
      } else if (begun instanceof MetricsOnlyRequest) {
        request.setProperty(ServletExchange.ATTRIBUTE, counted);
      }
    }
  }
}
