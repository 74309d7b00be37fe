/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.server;

import dev.observe.Metrics;
import dev.observe.Observe;
import dev.observe.Tracing;
import dev.observe.servlet.ObserveFilter;
import jakarta.servlet.ServletContext;

/** Our library, as in the README. */
final class ObserveWay implements Way {
  private final Tracing tracing = Observe.initTracing("shop");
  private final Metrics metrics = Observe.initMetrics("shop");

  @Override
  public void addTo(ServletContext context) {
    ObserveFilter.create(tracing, metrics).addTo(context);
  }
}
