/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import org.jspecify.annotations.Nullable;

/**
 * Stands in the request where an exchange else does, when the request is only counted: the filter
 * that counts it keeps all it knows on its stack.
 */
public final class MetricsOnlyRequest {
  /** Nothing is known of the request; the same for all. */
  static final MetricsOnlyRequest COUNTED = new MetricsOnlyRequest(null);

  /** Whether JAX-RS tells patterns at all, so that it is worth looking for one. */
  public static volatile boolean jaxRs;

  /** The pattern that JAX-RS matched, below the mapping of its servlet. */
  final @Nullable String jaxRsPattern;

  public MetricsOnlyRequest(@Nullable String jaxRsPattern) {
    this.jaxRsPattern = jaxRsPattern;
  }
}
