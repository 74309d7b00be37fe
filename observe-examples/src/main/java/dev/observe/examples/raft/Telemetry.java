/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.raft;

import dev.observe.Metrics;
import dev.observe.MetricsBuilder;
import dev.observe.Tracing;
import dev.observe.TracingBuilder;
import dev.observe.servlet.ObserveFilter;
import jakarta.servlet.Filter;

/**
 * Everything that a service needs to be observed. Copy this class.
 *
 * @param metrics for the service's own instruments
 * @param tracing for the service's own spans, which become children of the requests'
 */
record Telemetry(Metrics metrics, Tracing tracing) implements AutoCloseable {
  /**
   * Starts both, for example of {@code Metrics.builder("events")} and {@code Tracing.builder("x")}.
   */
  static Telemetry start(MetricsBuilder metrics, TracingBuilder tracing) {
    return new Telemetry(metrics.start(), tracing.start());
  }

  /** Returns the filter before every servlet, for a span and a measurement of each request. */
  Filter filter() {
    return ObserveFilter.create(tracing, metrics);
  }

  /** Sends the remaining spans and metrics. */
  @Override
  public void close() {
    tracing.close();
    metrics.close();
  }
}
