/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Locale;

/**
 * Metrics of the page about its own scrapes.
 *
 * <p>They are a source of the page and not registered in a registry. So two pages of one registry,
 * or a second page after the first was closed, have no name conflict.
 */
public final class PageMetrics implements MultiCollector {
  static final String DURATION = "observe_scrape_duration_seconds";
  static final String SIZE = "observe_scrape_size_bytes";
  static final String FAILURES = "observe_scrape_failures_total";
  static final String CONFLICTS = "observe_scrape_conflicts_total";
  static final String ABORTS = "observe_endpoint_cut_connections_total";

  /** Why a scrape failed, in whole or in part. */
  enum Failure {
    /** A source failed, and the page omits its metrics. */
    SOURCE,
    /** The page could not be rendered: status 500. */
    PAGE,
    /** Too many different pages were read at once: status 503. */
    BUSY;

    final String label = name().toLowerCase(Locale.ROOT);
  }

  /** The reason why the server aborted a connection. */
  public enum AbortReason {
    /** The client did not complete its request in time. */
    SLOW_REQUEST,
    /** The client did not read its response in time. */
    SLOW_RESPONSE,
    /** All connections were open, and this was the oldest slow one. */
    CONNECTIONS,
    /** The client held an old page in memory when a new one had to be rendered. */
    MEMORY;

    final String label = name().toLowerCase(Locale.ROOT);
  }

  private final Histogram duration =
      Histogram.builder()
          .name(DURATION)
          .help("Time to collect all metrics and write one page.")
          .classicOnly()
          .classicUpperBounds(0.01, 0.1, 1, 10)
          .withoutExemplars()
          .build();
  private final Histogram size =
      Histogram.builder()
          .name(SIZE)
          .help("Size of the rendered pages, after compression if the scraper accepts gzip.")
          .classicOnly()
          .classicUpperBounds(10e3, 100e3, 1e6, 10e6)
          .withoutExemplars()
          .build();
  private final Counter failures =
      Counter.builder()
          .name(FAILURES)
          .help("Scrapes that failed (page, busy) and sources left out of a page (source).")
          .labelNames("reason")
          .withoutExemplars()
          .build();
  private final Counter conflicts =
      Counter.builder()
          .name(CONFLICTS)
          .help("Metrics left out of a page because an earlier source has the same name.")
          .withoutExemplars()
          .build();
  private final Counter aborts =
      Counter.builder()
          .name(ABORTS)
          .help("Connections to the metrics endpoint that the server aborted, by reason.")
          .labelNames("reason")
          .withoutExemplars()
          .build();

  PageMetrics() {
    // rate() does not see the first event of a series that starts with that event.
    for (Failure failure : Failure.values()) {
      failures.initLabelValues(failure.label);
    }
    for (AbortReason reason : AbortReason.values()) {
      aborts.initLabelValues(reason.label);
    }
  }

  void pageRendered(long nanos, int bytes) {
    duration.observe(nanos / 1e9);
    size.observe(bytes);
  }

  void scrapeFailed(Failure failure) {
    failures.labelValues(failure.label).inc();
  }

  void metricConflicted() {
    conflicts.inc();
  }

  public void connectionAborted(AbortReason reason) {
    aborts.labelValues(reason.label).inc();
  }

  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.of(
        duration.collect(),
        size.collect(),
        failures.collect(),
        conflicts.collect(),
        aborts.collect());
  }
}
