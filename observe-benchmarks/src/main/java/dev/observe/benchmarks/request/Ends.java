/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;

/** Discards all ended spans, and counts the first ones. */
final class Ends implements SpanProcessor {
  /**
   * Enough to check that each request has a span; more would measure the contention of the counting
   * threads.
   */
  private static final long ENOUGH = 100;

  private long seen;

  long seen() {
    return seen;
  }

  @Override
  public void onStart(Context parentContext, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (seen < ENOUGH) {
      seen++;
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }
}
