/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.export;

import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;

/** Sends one batch at a time and says what came of it. Called by one thread, but for abort. */
interface BatchSender {
  /** Sends and waits for the answer. An interrupt must not end the wait; it is left set instead. */
  Outcome send(List<SpanData> spans, long timeoutNanos);

  /** Returns the longest that one attempt may take. */
  long timeoutNanos();

  /** Whether an {@link Outcome.Unavailable} is known not to be a refusal for good. */
  boolean knowsRefusals();

  /** Ends a {@link #send} under way, from another thread, without blocking. */
  void abort();

  /** Releases what the sender holds; it may block. */
  void close();

  /** Returns where the spans go, for the log. */
  String target();
}
