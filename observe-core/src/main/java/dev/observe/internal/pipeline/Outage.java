/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

/**
 * Whether the other end is away, and since when. It is over when the backlog is, too. One thread.
 */
public final class Outage {
  private final PipelineLog log;
  private boolean lasting;
  private boolean told;
  private boolean answered;
  private long sinceNanos;
  private long nanos;
  private long backlogEnd;
  private long deliveredLate;

  public Outage(PipelineLog log) {
    this.log = log;
  }

  public void failed(String cause, long nowNanos, long waiting) {
    answered = false;
    if (!lasting) {
      lasting = true;
      sinceNanos = nowNanos;
      deliveredLate = 0;
      told = log.collectorLost(cause, waiting);
    }
  }

  /** Notes a delivery after which {@code settled} of {@code enqueued} spans are settled. */
  public void delivered(long count, long nowNanos, long settled, long enqueued) {
    if (!lasting) {
      return;
    }
    deliveredLate += count;
    if (!answered) {
      answered = true;
      nanos = nowNanos - sinceNanos;
      backlogEnd = enqueued;
    }
    if (settled >= backlogEnd) {
      lasting = false;
      if (told) {
        log.collectorBack(nanos, deliveredLate);
      }
    }
  }

  /**
   * Returns whether spans up to here are a backlog, to be sent without waiting for full batches.
   */
  boolean draining() {
    return lasting && answered;
  }
}
