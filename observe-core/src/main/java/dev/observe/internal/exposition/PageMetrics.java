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
 * What the page tells about itself.
 *
 * <p>A source of the page like any other and registered nowhere: two pages on one registry, or a
 * second one after the first was closed, have nothing to clash over.
 */
public final class PageMetrics implements MultiCollector {
  static final String DURATION = "observe_scrape_duration_seconds";
  static final String SIZE = "observe_scrape_size_bytes";
  static final String FAILURES = "observe_scrape_failures_total";
  static final String CONFLICTS = "observe_scrape_conflicts_total";
  static final String CUTS = "observe_endpoint_cut_connections_total";

  /** Why a scrape failed, in whole or in part. */
  enum Failure {
    /** A source threw and was left out. */
    SOURCE,
    /** No page could be made: status 500. */
    PAGE,
    /** Too many different pages were being read at once: status 503. */
    BUSY;

    final String label = name().toLowerCase(Locale.ROOT);
  }

  /** Why the server closed a connection that had not ended by itself. */
  public enum Cut {
    /** Connected, or began a request, and did not end it in time. */
    SLOW_REQUEST,
    /** Did not take its response in time. */
    SLOW_RESPONSE,
    /** The oldest of the slow ones, when all connections were taken. */
    CONNECTIONS,
    /** Held an old page when a new one had to be made. */
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
          .help("Size of the pages made, as sent: compressed where the scraper takes gzip.")
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
          .help("Metrics left out of a page because an earlier source has one of that name.")
          .withoutExemplars()
          .build();
  private final Counter cuts =
      Counter.builder()
          .name(CUTS)
          .help("Connections to the metrics endpoint that the server closed, by reason.")
          .labelNames("reason")
          .withoutExemplars()
          .build();

  PageMetrics() {
    // A series that starts at its first event hides that event from rate().
    for (Failure failure : Failure.values()) {
      failures.initLabelValues(failure.label);
    }
    for (Cut cut : Cut.values()) {
      cuts.initLabelValues(cut.label);
    }
  }

  void made(long nanos, int bytes) {
    duration.observe(nanos / 1e9);
    size.observe(bytes);
  }

  void failed(Failure failure) {
    failures.labelValues(failure.label).inc();
  }

  void conflicted() {
    conflicts.inc();
  }

  public void cut(Cut cut) {
    cuts.labelValues(cut.label).inc();
  }

  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.of(
        duration.collect(),
        size.collect(),
        failures.collect(),
        conflicts.collect(),
        cuts.collect());
  }
}
