/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import dev.observe.internal.util.Snapshots;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.util.Map;
import java.util.TreeMap;

/** Exposes the resource as the metric {@code target_info}, which joins metrics with spans. */
public record TargetInfo(MetricSnapshots collect) implements MultiCollector {
  static final String NAME = "target";

  public static TargetInfo of(Resource resource) {
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
    return new TargetInfo(
        MetricSnapshots.of(
            Snapshots.info(
                NAME,
                "The attributes of the resource that describes this process.",
                Labels.of(
                    labels.keySet().toArray(new String[0]),
                    labels.values().toArray(new String[0])))));
  }
}
