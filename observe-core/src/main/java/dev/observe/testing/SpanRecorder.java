/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.util.List;

/** Records every span in the order of their start. Thread-safe. */
final class SpanRecorder implements SpanProcessor {
  final BoundedLog<Started> all = new BoundedLog<>();

  /**
   * A span that may have ended.
   *
   * @param span the span
   * @param origin the code that started it
   */
  record Started(ReadableSpan span, Origin origin) {}

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {
    all.add(new Started(span, Origin.here()));
  }

  @Override
  public boolean isStartRequired() {
    return true;
  }

  /** Does nothing: a span has its end time itself. */
  @Override
  public void onEnd(ReadableSpan span) {}

  @Override
  public boolean isEndRequired() {
    return false;
  }

  List<Started> unfinished(int mark) {
    return all.since(mark).stream().filter(started -> !started.span().hasEnded()).toList();
  }
}
