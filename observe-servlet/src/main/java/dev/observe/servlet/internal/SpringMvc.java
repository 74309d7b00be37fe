/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import jakarta.servlet.ServletContext;

/** Spring MVC, which names the route of a request in a request attribute. */
final class SpringMvc {
  /** Set by its handler mappings. */
  static final String PATTERN =
      "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern";

  private static final String HANDLER_MAPPING = "org.springframework.web.servlet.HandlerMapping";

  private SpringMvc() {}

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
