/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;

/**
 * Sends one batch at a time and returns its outcome. Called by the worker's thread, except for the
 * methods that name any thread.
 */
public interface BatchSender {
  /** Sends and waits for the outcome. An interrupt does not end the wait; it is set again after. */
  SendOutcome send(List<SpanData> spans, long timeoutNanos);

  /** Returns the limit of one attempt; {@link Long#MAX_VALUE} without one. Any thread. */
  long timeoutNanos();

  /**
   * Returns whether every permanent refusal is answered by {@link SendOutcome.Refused}, so that
   * {@link SendOutcome.Unavailable} may be retried without a limit. Any thread.
   */
  boolean knowsRefusals();

  /** Returns the destination of the spans, for the log. Any thread. */
  String target();

  /** Ends a {@link #send} in flight, without blocking. Any thread. */
  void abort();

  /** Releases the resources of the sender; may block. */
  void close();

  /** Returns the longest time that a span may wait for its batch to fill. Any thread. */
  default long maxDelayNanos() {
    return Long.MAX_VALUE;
  }

  /** Returns how many spans the sender has after {@link SendOutcome.Kept}. Any thread. */
  default long keptSpans() {
    return 0;
  }

  /** Returns whether a close need not wait for the {@link #keptSpans}. */
  default boolean stopsDraining() {
    return false;
  }

  /** Starts the threads of the sender, if it has any. */
  default void start() {}

  /** Ends the back-off of the sender once, if it has one. Any thread. */
  default void flushNow() {}
}
