/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** Spring MVC, which names the route of a request in a request attribute. */
final class SpringMvc {
  private static final String PATTERN =
      "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern";

  private static final String HANDLER_MAPPING = "org.springframework.web.servlet.HandlerMapping";

  /** Set by its servlet. */
  private static final String CONTEXT = "org.springframework.web.servlet.DispatcherServlet.CONTEXT";

  private SpringMvc() {}

  /**
   * Returns the pattern that a handler mapping has named for a request, or null.
   *
   * <p>CXF writes the raw path into the same attribute, which is a route only if Spring's servlet
   * has the request.
   */
  static @Nullable String pattern(HttpServletRequest request) {
    return request.getAttribute(PATTERN) instanceof String pattern
            && request.getAttribute(CONTEXT) != null
        ? pattern
        : null;
  }

  /** Returns whether an application can load its classes, or true if that is unknown. */
  static boolean mayBeIn(ServletContext application) {
    try {
      ClassLoader loader = application.getClassLoader();
      return loader == null || Class.forName(HANDLER_MAPPING, false, loader) != null;
    } catch (ClassNotFoundException e) {
      return false;
    } catch (LinkageError | RuntimeException e) {
      return true;
    }
  }
}
