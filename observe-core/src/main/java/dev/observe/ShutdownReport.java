/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import java.util.Map;

/**
 * Reports what a handle delivered until it was shut down.
 *
 * <p>{@link Tracing#shutdown} counts spans, over the whole life of the handle; with several
 * exporters, each exporter's copy of a span counts. {@link Metrics#shutdown} counts the final
 * pushes: one to a Pushgateway, and one by the exporters of {@code otel.metrics.exporter} together;
 * a page that is only scraped needs no push.
 *
 * <p>Immutable. Applications do not implement this; methods may be added.
 *
 * @since 0.1
 */
public interface ShutdownReport {
  /** Returns how many spans a collector acknowledged, or how many final pushes were accepted. */
  long delivered();

  /** Returns how many spans are on disk for the next start to deliver; 0 without a spool. */
  long spooled();

  /** Returns how many spans or pushes were lost, by reason; reasons with none are absent. */
  Map<DropReason, Long> lost();

  /** Returns how many spans or pushes were lost for any reason. */
  long lostTotal();

  /** Returns whether the timeout ended before the last delivery was settled. */
  boolean deadlineReached();

  /** Returns whether nothing was lost. */
  boolean isComplete();

  /**
   * Returns for example {@code delivered 1488 spans, lost 512 (shutdown 512), deadline reached}.
   */
  @Override
  String toString();
}
