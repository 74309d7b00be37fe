/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import org.jspecify.annotations.Nullable;

/** The pattern of one JAX-RS resource method, noted in each request that matches it. */
public final class MatchedRoute {
  /** The only request attribute of observe: a filter that finds it is not the first. */
  public static final String ATTRIBUTE = "dev.observe.exchange";

  private final String pattern;
  private final MetricsOnlyRequest counted;

  /** Creates one for a pattern below the mapping of the JAX-RS servlet. */
  public MatchedRoute(String pattern) {
    this.pattern = pattern;
    this.counted = new MetricsOnlyRequest(pattern, null);
  }

  /** Returns the new value of a request's attribute, or null to keep the value that it has. */
  public @Nullable Object note(@Nullable Object attribute) {
    if (attribute instanceof ServletExchange exchange) {
      exchange.matched(pattern);
    } else if (attribute instanceof MetricsOnlyRequest request && request.kept == null) {
      request.noteReplaced();
      return counted;
    }
    return null;
  }
}
