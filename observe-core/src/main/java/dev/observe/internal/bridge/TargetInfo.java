/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.util.Map;
import java.util.TreeMap;

/**
 * Exposes the resource as the metric {@code target_info}, which joins metrics with spans.
 */
public final class TargetInfo implements MultiCollector {
  static final String NAME = "target";

  private final MetricSnapshots snapshots;

  public TargetInfo(Resource resource) {
    Map<String, String> labels = new TreeMap<>();
    resource
        .getAttributes()
        .forEach(
            (key, value) ->
                // If two attributes become one label, it has both values, as the specification
                // requires.
                labels.merge(
                    PrometheusNaming.prometheusName(
                        PrometheusNaming.sanitizeLabelName(key.getKey().replace('.', '_'))),
                    String.valueOf(value),
                    (one, other) -> one + ";" + other));
    this.snapshots =
        MetricSnapshots.of(
            InfoSnapshot.builder()
                .name(NAME)
                .help("The attributes of the resource that describes this process.")
                .dataPoint(
                    InfoDataPointSnapshot.builder()
                        .labels(
                            Labels.of(
                                labels.keySet().toArray(String[]::new),
                                labels.values().toArray(String[]::new)))
                        .build())
                .build());
  }

  @Override
  public MetricSnapshots collect() {
    return snapshots;
  }
}
