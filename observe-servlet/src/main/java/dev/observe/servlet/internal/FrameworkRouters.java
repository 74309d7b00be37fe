/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The frameworks that an application can load and that leave a pattern on a request. Decided once,
 * so that a request is only asked for their attributes if the application has them.
 */
final class FrameworkRouters {
  /** For an application that is not known. */
  static final FrameworkRouters UNKNOWN = new FrameworkRouters(true, null);

  /** Whether Spring MVC may name routes; false if the application cannot load it. */
  final boolean hasSpring;

  private final @Nullable StrutsActions struts;

  private FrameworkRouters(boolean hasSpring, @Nullable StrutsActions struts) {
    this.hasSpring = hasSpring;
    this.struts = struts;
  }

  static FrameworkRouters of(ServletContext application) {
    return new FrameworkRouters(SpringMvc.mayBeIn(application), StrutsActions.of(application));
  }

  /** Returns the pattern of a framework below the mapping of its servlet, or null. */
  @Nullable String pattern(HttpServletRequest request, @Nullable String jaxRsPattern) {
    String pattern = hasSpring ? SpringMvc.pattern(request) : null;
    if (pattern != null) {
      return pattern.startsWith("/") ? pattern : '/' + pattern;
    }
    return jaxRsPattern == null && struts != null ? struts.pattern(request) : jaxRsPattern;
  }
}
