/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import dev.observe.Metrics;
import dev.observe.Tracing;
import java.time.Duration;

/** Tracing and metrics in memory, with the spans and log lines that were recorded. */
final class Session implements AutoCloseable {
  private static final String SERVICE_NAME = "test";

  private final SpanRecorder spans = new SpanRecorder();
  private final LogCapture log = new LogCapture();
  private final Tracing tracing =
      Tracing.builder(SERVICE_NAME).isolated().addSpanProcessor(spans).start();
  private final Metrics metrics = Metrics.builder(SERVICE_NAME).isolated().start();
  private volatile boolean closed;

  SpanRecorder spans() {
    return spans;
  }

  LogCapture log() {
    return log;
  }

  Tracing tracing() {
    return tracing;
  }

  Metrics metrics() {
    return metrics;
  }

  RequestAssert.Mark mark() {
    return new RequestAssert.Mark(spans.all.size(), log.lines.size(), Scrape.of(metrics));
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    // Nothing is exported, so there is nothing to wait for.
    tracing.shutdown(Duration.ZERO);
    metrics.shutdown(Duration.ZERO);
  }
}
