/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import dev.observe.internal.util.SafeText;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
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
import org.jspecify.annotations.Nullable;

/**
 * Counts measurements without their own series, by metric and by the label with too many values.
 *
 * <p>Logs a value of each such label, at most once an hour, as an overflow seldom ends by itself.
 *
 * <p>There is one instance for a registry. All methods may be called by any thread.
 */
public final class SeriesOverflow implements MultiCollector {
  /** The label value of the series that counts every value without its own series. */
  public static final String OTHER = "_other";

  static final String NAME = "observe_series_overflow";

  private static final Logger LOGGER = System.getLogger(SeriesOverflow.class.getName());
  private static final long LOG_NANOS = TimeUnit.HOURS.toNanos(1);

  /** Names from code, never from a client, which bounds the number of keys. */
  private record Key(String metric, String label) {
    // Written out: the methods that a record generates at run time keep the classes of a redeployed
    // application in memory.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && metric.equals(key.metric) && label.equals(key.label);
    }

    @Override
    public int hashCode() {
      return 31 * metric.hashCode() + label.hashCode();
    }
  }

  private final Map<Key, Count> counts = new ConcurrentHashMap<>();
  private final LongSupplier nanoClock;

  public SeriesOverflow(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Adds the counter of a label, at zero: an alert on its rate needs the first value. */
  public void show(String metric, String label) {
    count(metric, label);
  }

  /**
   * Counts a measurement that was recorded in a shared series.
   *
   * @param example the label value without its own series
   */
  public void count(String metric, String label, String example) {
    Count count = count(metric, label);
    count.total.increment();
    long now = nanoClock.getAsLong();
    long last = count.loggedAt.get();
    if (now - last >= LOG_NANOS && count.loggedAt.compareAndSet(last, now)) {
      LOGGER.log(
          Level.WARNING,
          "The label {0} of {1} has too many values, for example \"{2}\". Further values are"
              + " counted together as \"{3}\", and in {4}_total. A label must have few values: use"
              + " a pattern as the route, not a path.",
          label,
          metric,
          SafeText.label(example),
          OTHER,
          NAME);
    }
  }

  private Count count(String metric, String label) {
    return counts.computeIfAbsent(
        new Key(metric, label), key -> new Count(nanoClock.getAsLong() - LOG_NANOS));
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
                CounterDataPointSnapshot.builder()
                    .labels(Labels.of("metric", key.metric, "label", key.label))
                    .value(count.total.doubleValue())
                    .build()));
    return MetricSnapshots.of(counter.build());
  }

  @Override
  public List<String> getPrometheusNames() {
    return List.of(NAME);
  }

  private static final class Count {
    final LongAdder total = new LongAdder();
    final AtomicLong loggedAt;

    Count(long loggedAtNanos) {
      loggedAt = new AtomicLong(loggedAtNanos);
    }
  }
}
