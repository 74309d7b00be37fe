/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import io.opentelemetry.sdk.trace.SpanProcessor;
import java.time.Duration;

/**
 * A processor that exports spans and can tell at any time what became of each. Safe for use by any
 * number of threads.
 *
 * @since 0.1
 */
public sealed interface AccountedProcessor extends SpanProcessor
    permits SpanPipeline, ImmediateProcessor {
  /** Returns what happened so far. */
  PipelineStats stats();

  /**
   * Sends what waits and waits for the answers.
   *
   * <p>A loss makes one flush false, not all that follow: spans whose loss an earlier flush has
   * told of no longer count.
   *
   * @param timeout how long to wait at most; zero only asks
   * @return whether every span that ended before this call was acknowledged
   */
  boolean flush(Duration timeout);

  /**
   * Delivers what waits, as far as that goes in the time given, and stops for good.
   *
   * <p>The first call sets the deadline. Further calls, from this or other threads, wait for the
   * same end and get the same report. Spans that end later are counted as lost.
   *
   * @param timeout how long to wait at most; with zero nothing more is sent
   */
  ExportReport close(Duration timeout);
}
