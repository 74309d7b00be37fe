/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.Map;

/** Creates snapshots of metrics with one value, or with whole numbers. */
final class Snapshots {
  private Snapshots() {}

  static GaugeSnapshot gauge(String name, String help, double value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  /**
   * Returns a metric whose name ends in {@code _count}, as the conventions require. Prometheus's
   * linter accepts that suffix only for histograms and for metrics without a type.
   */
  static UnknownSnapshot count(String name, String help, Map<Labels, Long> counts) {
    UnknownSnapshot.Builder count = UnknownSnapshot.builder().name(name).help(help);
    counts.forEach(
        (labels, number) ->
            count.dataPoint(
                UnknownDataPointSnapshot.builder().labels(labels).value((double) number).build()));
    return count.build();
  }

  static CounterSnapshot counter(String name, String help, double value) {
    return CounterSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(CounterDataPointSnapshot.builder().value(value).build())
        .build();
  }
}
