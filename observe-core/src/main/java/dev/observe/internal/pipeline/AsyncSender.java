/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.internal.util.Uninterruptibly;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Base class of senders whose outcome arrives on another thread. */
public abstract class AsyncSender implements BatchSender {
  private volatile CompletableFuture<SendOutcome> inFlight = new CompletableFuture<>();

  /** Starts to send a batch, whose outcome completes {@code outcome}. */
  protected abstract void send(List<SpanData> spans, CompletableFuture<SendOutcome> outcome);

  @Override
  public final SendOutcome send(List<SpanData> spans, long timeoutNanos) {
    CompletableFuture<SendOutcome> outcome = new CompletableFuture<>();
    inFlight = outcome;
    send(spans, outcome);
    try {
      return Uninterruptibly.get(outcome, timeoutNanos);
    } catch (TimeoutException e) {
      return new SendOutcome.Unavailable("no reply in time", 0, true);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public final void abort() {
    inFlight.complete(new SendOutcome.Unavailable("cancelled", 0, false));
  }
}
