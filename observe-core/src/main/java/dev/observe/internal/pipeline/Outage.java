/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

/**
 * Tracks and logs an outage of the collector, which lasts until the backlog is delivered. One
 * thread.
 */
final class Outage {
  private final PipelineLog log;
  private boolean active;
  private boolean logged;
  private boolean answered;
  private long startNanos;
  private long nanos;
  private long backlogEnd;
  private long deliveredLate;

  Outage(PipelineLog log) {
    this.log = log;
  }

  void failed(String cause, long nowNanos, long waiting) {
    answered = false;
    if (!active) {
      active = true;
      startNanos = nowNanos;
      deliveredLate = 0;
      logged = log.collectorLost(cause, waiting);
    }
  }

  /** Notes a delivery after which {@code settled} of {@code enqueued} spans are settled. */
  void delivered(long count, long nowNanos, long settled, long enqueued) {
    if (!active) {
      return;
    }
    deliveredLate += count;
    if (!answered) {
      answered = true;
      nanos = nowNanos - startNanos;
      backlogEnd = enqueued;
    }
    if (settled >= backlogEnd) {
      active = false;
      if (logged) {
        log.collectorBack(nanos, deliveredLate);
      }
    }
  }

  /**
   * Returns whether the waiting spans are a backlog, to be sent without waiting for full batches.
   */
  boolean draining() {
    return active && answered;
  }
}
