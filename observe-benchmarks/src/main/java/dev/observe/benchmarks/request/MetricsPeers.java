/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import com.codahale.metrics.MetricRegistry;
import io.dropwizard.metrics.servlet.InstrumentedFilter;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.servlet.jakarta.filter.MetricsFilter;

/** The filters that record only metrics. */
final class MetricsPeers {
  private static final double[] BUCKETS = {
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
  };

  private MetricsPeers() {}

  /** Counts by status and times all requests together, without a route. */
  static Subject dropwizard(FakeContext context) throws Exception {
    MetricRegistry registry = new MetricRegistry();
    context.setAttribute(InstrumentedFilter.REGISTRY_ATTRIBUTE, registry);
    return Subjects.filter(
        context,
        new InstrumentedFilter(),
        () -> 0,
        () -> registry.timer(InstrumentedFilter.class.getName() + ".requests").getCount());
  }

  /** Uses the first two parts of the path as the route. */
  static Subject simpleclient(FakeContext context) throws Exception {
    return Subjects.filter(
        context,
        new MetricsFilter("http_requests", "Requests.", 2, BUCKETS, false),
        () -> 0,
        () -> {
          Double count =
              CollectorRegistry.defaultRegistry.getSampleValue(
                  "http_requests_count",
                  new String[] {"path", "method"},
                  new String[] {"/shop/orders", "GET"});
          return count == null ? 0 : count;
        });
  }
}
