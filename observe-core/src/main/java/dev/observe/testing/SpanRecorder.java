/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testing;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.util.ArrayList;
import java.util.List;

/** Records every span in the order of their start. Thread-safe. */
final class SpanRecorder implements SpanProcessor {
  /** The limit protects the heap in load tests. */
  static final int MAX_SPANS = 10_000;

  private final Object lock = new Object();
  private final List<Started> spans = new ArrayList<>();

  /**
   * A span that may have ended.
   *
   * @param span the span
   * @param origin the code that started it
   */
  record Started(ReadableSpan span, Origin origin) {}

  @Override
  public void onStart(Context parent, ReadWriteSpan span) {
    Started started = new Started(span, Origin.here());
    synchronized (lock) {
      if (spans.size() < MAX_SPANS) {
        spans.add(started);
      }
    }
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

  void clear() {
    synchronized (lock) {
      spans.clear();
    }
  }

  int size() {
    synchronized (lock) {
      return spans.size();
    }
  }

  /** Returns the spans after the first {@code mark} ones. */
  List<Started> since(int mark) {
    synchronized (lock) {
      return List.copyOf(spans.subList(Math.min(mark, spans.size()), spans.size()));
    }
  }

  List<Started> unfinished(int mark) {
    return since(mark).stream().filter(started -> !started.span().hasEnded()).toList();
  }
}
