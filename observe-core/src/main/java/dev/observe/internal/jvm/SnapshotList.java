/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.jvm;

import dev.observe.internal.util.Snapshots;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.util.Map;

/** Collects the snapshots of one scrape. */
final class SnapshotList {
  private final MetricSnapshots.Builder all = MetricSnapshots.builder();

  void add(MetricSnapshot snapshot) {
    all.metricSnapshot(snapshot);
  }

  /** Adds a gauge; a negative value, or NaN in some JVMs, is unknown and omitted. */
  void gauge(String name, String help, double value) {
    if (value >= 0) {
      add(Snapshots.gauge(name, help, value));
    }
  }

  void gauge(String name, String help, long value) {
    gauge(name, help, (double) value);
  }

  void counter(String name, String help, long value) {
    counter(name, help, (double) value);
  }

  void counter(String name, String help, double value) {
    add(Snapshots.counter(name, help, value));
  }

  void count(String name, String help, long number) {
    count(name, help, Map.of(Labels.EMPTY, number));
  }

  /**
   * Adds a metric whose name ends in {@code _count}, as the conventions require. Prometheus's
   * linter accepts that suffix only for histograms and for metrics without a type.
   */
  void count(String name, String help, Map<Labels, Long> counts) {
    UnknownSnapshot.Builder count = UnknownSnapshot.builder().name(name).help(help);
    counts.forEach(
        (labels, number) ->
            count.dataPoint(
                UnknownDataPointSnapshot.builder().labels(labels).value((double) number).build()));
    add(count.build());
  }

  MetricSnapshots build() {
    return all.build();
  }
}
