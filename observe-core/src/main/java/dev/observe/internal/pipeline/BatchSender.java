/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Sends one batch at a time and says what came of it. The worker's thread calls; where others may,
 * it says so.
 */
public interface BatchSender {
  /** Sends and waits for the answer. An interrupt must not end the wait; it is left set instead. */
  SendOutcome send(List<SpanData> spans, long timeoutNanos);

  /** Returns the longest that one attempt may take. Any thread. */
  long timeoutNanos();

  /**
   * Whether an {@link SendOutcome.Unavailable} is known not to be a refusal for good. Any thread.
   */
  boolean knowsRefusals();

  /** Returns where the spans go, for the log. Any thread. */
  String target();

  /** Ends a {@link #send} under way, without blocking. Any thread. */
  void abort();

  /** Releases what the sender holds; it may block. */
  void close();

  /** Returns how long spans may be held back to fill a batch. Any thread. */
  default long maxDelayNanos() {
    return Long.MAX_VALUE;
  }

  /** Returns how many spans the sender keeps itself, having answered {@link SendOutcome.Kept}. */
  default long keptSpans() {
    return 0;
  }

  /** Whether those, while closing, are better left where they are. */
  default boolean givesUpClosing() {
    return false;
  }

  /** Starts what the sender does by itself. */
  default void start(BooleanSupplier closing) {}

  /** Cuts the sender's own back-off short. Any thread. */
  default void hurry() {}
}
