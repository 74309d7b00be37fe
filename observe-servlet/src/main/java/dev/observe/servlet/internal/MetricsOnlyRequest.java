/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The request attribute of a request that is only counted, instead of an exchange: the state of the
 * request is on the stack of the filter that counts it, so many requests share one of these.
 */
final class MetricsOnlyRequest {
  /** The pattern that JAX-RS matched, below the mapping of its servlet. */
  final @Nullable String jaxRsPattern;

  /** What the routers had named before another handler was called. */
  final @Nullable RouterPatterns kept;

  private final @Nullable ApplicationState application;

  MetricsOnlyRequest(@Nullable String jaxRsPattern, @Nullable ApplicationState application) {
    this(jaxRsPattern, null, application);
  }

  private MetricsOnlyRequest(
      @Nullable String jaxRsPattern,
      @Nullable RouterPatterns kept,
      @Nullable ApplicationState application) {
    this.jaxRsPattern = jaxRsPattern;
    this.kept = kept;
    this.application = application;
  }

  /**
   * Returns what replaces this in a request before another handler is called, or this if there is
   * nothing to keep.
   *
   * @param isError whether the handler is an error page, whose pattern is never the route
   */
  MetricsOnlyRequest keepRoute(HttpServletRequest request, boolean isError) {
    if (kept != null) {
      return this;
    }
    FrameworkRouters frameworks =
        application == null ? FrameworkRouters.UNKNOWN : application.frameworks;
    RouterPatterns found = RouterPatterns.of(request, null, frameworks, jaxRsPattern);
    if (found.isEmpty() && !isError) {
      return this;
    }
    noteReplaced();
    return new MetricsOnlyRequest(jaxRsPattern, found, application);
  }

  /** Notes that another of these, with a pattern, replaces this one in the request. */
  void noteReplaced() {
    if (application != null && !application.replacesCounted) {
      application.replacesCounted = true;
    }
  }
}
