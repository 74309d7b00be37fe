/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import dev.observe.internal.util.SafeText;
import dev.observe.internal.util.Snapshots;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Counts observations without their own series, by the metric and the label with too many values,
 * and logs an example of each at most once an hour.
 *
 * <p>There is one instance for each registry. All methods may be called by any thread.
 */
public final class SeriesOverflow implements MultiCollector {
  /** The label value of the series that counts all values without their own series. */
  public static final String OTHER = "_other";

  static final String NAME = "observe_series_overflow";

  private static final Logger LOGGER = System.getLogger(SeriesOverflow.class.getName());
  private static final long LOG_NANOS = TimeUnit.HOURS.toNanos(1);

  /** By metric and label: names from code, never from a client, so their number is bounded. */
  private final Map<List<String>, Count> counts = new ConcurrentHashMap<>();

  private final LongSupplier nanoClock;

  public SeriesOverflow(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Adds a label with count 0: an alert needs the value before the first overflow. */
  public void show(String metric, String label) {
    count(metric, label);
  }

  /**
   * Counts an observation under the shared value.
   *
   * @param example the label value without its own series
   */
  public void count(String metric, String label, String example) {
    Count count = count(metric, label);
    count.total.increment();
    long now = nanoClock.getAsLong();
    long last = count.loggedAtNanos.get();
    if (now - last >= LOG_NANOS && count.loggedAtNanos.compareAndSet(last, now)) {
      LOGGER.log(
          Level.WARNING,
          "The label {0} of {1} has too many values, for example \"{2}\". Further values are"
              + " counted together under \"{3}\", and in {4}_total. A label must have few values: a"
              + " route is a pattern, not a path.",
          label,
          metric,
          SafeText.label(example),
          OTHER,
          NAME);
    }
  }

  private Count count(String metric, String label) {
    return counts.computeIfAbsent(
        List.of(metric, label), key -> new Count(nanoClock.getAsLong() - LOG_NANOS));
  }

  @Override
  public MetricSnapshots collect() {
    CounterSnapshot.Builder counter =
        CounterSnapshot.builder()
            .name(NAME)
            .help("Requests counted under a shared value because a label had too many values.");
    counts.forEach(
        (key, count) ->
            counter.dataPoint(
                Snapshots.counterPoint(
                    Labels.of("metric", key.get(0), "label", key.get(1)),
                    count.total.doubleValue())));
    return MetricSnapshots.of(counter.build());
  }

  @Override
  public List<String> getPrometheusNames() {
    return List.of(NAME);
  }

  @Override
  public MetricType getMetricType(String prometheusName) {
    return MetricType.COUNTER;
  }

  private static final class Count {
    final LongAdder total = new LongAdder();
    final AtomicLong loggedAtNanos;

    Count(long initialNanos) {
      loggedAtNanos = new AtomicLong(initialNanos);
    }
  }
}
