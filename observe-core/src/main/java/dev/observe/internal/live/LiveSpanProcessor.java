/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.live;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.util.concurrent.atomic.AtomicBoolean;

/** Offers each sampled span that ends to the live page; does not wait and does not allocate. */
final class LiveSpanProcessor implements SpanProcessor {
  private final LiveSpans spans;
  private final Runnable removeCheck;
  private final AtomicBoolean ended = new AtomicBoolean();

  LiveSpanProcessor(LiveSpans spans, Runnable removeCheck) {
    this.spans = spans;
    this.removeCheck = removeCheck;
    spans.sourceAdded();
  }

  @Override
  public void onStart(Context parentContext, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  @Override
  public void onEnd(ReadableSpan span) {
    if (span.getSpanContext().isSampled()) {
      spans.offer(span);
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  @Override
  public CompletableResultCode shutdown() {
    if (ended.compareAndSet(false, true)) {
      removeCheck.run();
      spans.sourceRemoved();
      spans.release();
    }
    return CompletableResultCode.ofSuccess();
  }
}
