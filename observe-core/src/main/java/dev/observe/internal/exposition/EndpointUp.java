/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.function.BooleanSupplier;

/** Reports as a metric whether the page is served on the metrics port. */
public record EndpointUp(BooleanSupplier up) implements MultiCollector {
  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.of(
        GaugeSnapshot.builder()
            .name("observe_endpoint_up")
            .help("Whether the metrics endpoint is served on its own port: 1, or 0 without it.")
            .dataPoint(GaugeDataPointSnapshot.builder().value(up.getAsBoolean() ? 1 : 0).build())
            .build());
  }
}
