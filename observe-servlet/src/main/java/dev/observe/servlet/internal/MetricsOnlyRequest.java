/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import org.jspecify.annotations.Nullable;

/**
 * The request attribute of a request that is only counted, instead of an exchange: the state of the
 * request is on the stack of the filter that counts it, so many requests share one of these.
 */
final class MetricsOnlyRequest {
  /** The pattern that JAX-RS matched, below the mapping of its servlet. */
  final @Nullable String jaxRsPattern;

  private final @Nullable ApplicationState application;

  MetricsOnlyRequest(@Nullable String jaxRsPattern, @Nullable ApplicationState application) {
    this.jaxRsPattern = jaxRsPattern;
    this.application = application;
  }

  /** Notes that another of these, with a pattern, replaces this one in the request. */
  void replacedByPattern() {
    if (application != null && !application.matchesJaxRs) {
      application.matchesJaxRs = true;
    }
  }
}
