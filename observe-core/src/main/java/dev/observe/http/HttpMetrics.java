/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** The metrics of this package, as a whole. */
public final class HttpMetrics {
  static final PerRegistry<RequestMetrics> SERVER = new PerRegistry<>(RequestMetrics::new);
  static final PerRegistry<ClientMetrics> CLIENT = new PerRegistry<>(ClientMetrics::new);

  /** The boundaries that the conventions ask for (http-metrics.md), in seconds. */
  static final double[] BUCKETS = {
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
  };

  private HttpMetrics() {}

  /**
   * Takes the metrics of servers and clients off a registry. Filters and clients that still record
   * do so where nobody sees it.
   */
  public static void unregister(PrometheusRegistry registry) {
    SERVER.remove(registry);
    CLIENT.remove(registry);
  }
}
