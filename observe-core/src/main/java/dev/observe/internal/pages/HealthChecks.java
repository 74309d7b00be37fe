/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.HealthCheck;
import dev.observe.internal.util.NanoClock;
import dev.observe.internal.util.Snapshots;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The health checks of an application, with their results as metrics.
 *
 * <p>Safe for use by any number of threads.
 */
public final class HealthChecks implements MultiCollector, AutoCloseable {
  static final int MAX_CHECKS = 100;
  static final String UP = "observe_health_check_up";
  static final String DURATION = "observe_health_check_duration_seconds";

  private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);

  /** A page reuses results that are younger than this. */
  private static final long PAGE_AGE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A scrape shows the last results, and starts a new run if they are older than this. */
  private static final long SCRAPE_AGE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Map<String, CheckRunner> runners = new ConcurrentSkipListMap<>();
  private final LongSupplier nanoClock;
  private final InstantSource wallClock;
  private volatile boolean closed;

  /** The subject of a check. */
  public enum Kind {
    /** Whether the process needs to be restarted. */
    LIVENESS,
    /** Whether the process can serve requests now. */
    READINESS;

    final String text = name().toLowerCase(Locale.ROOT);
  }

  enum State {
    UP,
    DOWN,
    TIMED_OUT;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  record Result(Kind kind, String name, State state, long nanos, Instant time) {
    double seconds() {
      return nanos / (double) TimeUnit.SECONDS.toNanos(1);
    }
  }

  HealthChecks(LongSupplier nanoClock, InstantSource wallClock) {
    this.nanoClock = nanoClock;
    this.wallClock = wallClock;
  }

  /** Creates a set without checks. */
  public static HealthChecks create() {
    return new HealthChecks(NanoClock.SYSTEM, InstantSource.system());
  }

  /**
   * Adds a check; replaces an earlier one of the same name.
   *
   * @throws IllegalArgumentException if the name or the timeout is not valid, or if there are
   *     {@value #MAX_CHECKS} checks already
   */
  public void add(Kind kind, String name, Duration timeout, HealthCheck check) {
    if (!name.matches("[A-Za-z0-9._ -]{1,64}")) {
      throw new IllegalArgumentException(
          "name must be 1 to 64 letters, digits, '.', '_', '-' and spaces, was '" + name + "'");
    }
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "timeout must be more than zero and at most one minute, was " + timeout);
    }
    if (runners.size() >= MAX_CHECKS && !runners.containsKey(name)) {
      throw new IllegalArgumentException("the number of checks must be at most " + MAX_CHECKS);
    }
    CheckRunner before =
        runners.put(name, new CheckRunner(kind, name, timeout, check, nanoClock, wallClock));
    if (before != null) {
      before.stop();
    }
  }

  /** Runs all checks of these kinds in parallel, and waits for each until its timeout. */
  List<Result> run(Set<Kind> kinds) throws InterruptedException {
    Collection<CheckRunner> wanted =
        runners.values().stream().filter(runner -> kinds.contains(runner.kind)).toList();
    if (!closed) {
      wanted.forEach(runner -> runner.start(PAGE_AGE_NANOS));
    }
    List<Result> results = new ArrayList<>();
    for (CheckRunner runner : wanted) {
      results.add(runner.await());
    }
    return results;
  }

  /** Returns the last results, without waiting for a run. */
  @Override
  public MetricSnapshots collect() {
    GaugeSnapshot.Builder up =
        GaugeSnapshot.builder()
            .name(UP)
            .help("Result of a health check: 1 if it passed, 0 if it failed or timed out.");
    GaugeSnapshot.Builder duration =
        GaugeSnapshot.builder().name(DURATION).help("Duration of the last run of a health check.");
    boolean any = false;
    for (CheckRunner runner : runners.values()) {
      Result last = runner.last();
      if (last != null) {
        any = true;
        Labels labels = Labels.of("check", last.name(), "kind", last.kind().text);
        up.dataPoint(Snapshots.gaugePoint(labels, last.state() == State.UP ? 1 : 0));
        duration.dataPoint(Snapshots.gaugePoint(labels, last.seconds()));
      }
      if (!closed) {
        runner.start(SCRAPE_AGE_NANOS);
      }
    }
    return any ? MetricSnapshots.of(up.build(), duration.build()) : MetricSnapshots.of();
  }

  /** Interrupts all active runs and starts no further ones. */
  @Override
  public void close() {
    closed = true;
    runners.values().forEach(CheckRunner::stop);
  }
}
