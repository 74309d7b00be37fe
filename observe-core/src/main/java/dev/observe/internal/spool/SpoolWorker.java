/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.spool;

import dev.observe.internal.otlp.OtlpTransport;
import dev.observe.internal.pipeline.PipelineState;
import dev.observe.internal.pipeline.PipelineWorker;
import dev.observe.internal.pipeline.SendOutcome;
import dev.observe.internal.util.SafeText;
import dev.observe.internal.util.Timeouts;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Delivers the files of the spool, oldest first, and removes each when it is acknowledged. */
final class SpoolWorker extends PipelineWorker {
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Spool spool;
  private final OtlpTransport transport;
  private volatile boolean failedWhileClosing;

  SpoolWorker(PipelineState pipeline, Spool spool, OtlpTransport transport) {
    super(pipeline, "observe-export-spool", Timeouts.nanos(transport.timeout()), Long.MAX_VALUE);
    this.spool = spool;
    this.transport = transport;
    addRecovered(spool.recoveredSpans());
  }

  void fileWritten() {
    unpark();
  }

  void abort() {
    transport.abort();
    unpark();
  }

  /** Returns whether an attempt failed after the close began: the spool then keeps the spans. */
  boolean failedWhileClosing() {
    return failedWhileClosing;
  }

  @Override
  protected void release() {
    try {
      transport.close();
    } finally {
      spool.close();
    }
  }

  @Override
  protected void step() {
    Spool.Batch batch = spool.read(maxBatchSpans, MAX_BATCH_BYTES);
    if (batch == null) {
      LockSupport.parkNanos(this, IDLE_NANOS);
      return;
    }
    if (batch.corruptSpans > 0) {
      dropCorrupt(batch.corruptSpans);
    }
    if (!batch.files.isEmpty()) {
      deliver(batch);
    }
    afterStep();
  }

  private void deliver(Spool.Batch batch) {
    while (!closed()) {
      SendOutcome outcome = attempt(batch);
      if (!(outcome instanceof SendOutcome.Unavailable unavailable)) {
        settle(batch, outcome);
        return;
      }
      if (!closed()) {
        failedWhileClosing |= closing();
        awaitRetry(unavailable);
      }
    }
  }

  private SendOutcome attempt(Spool.Batch batch) {
    attemptStarted();
    try {
      return transport.post(batch.request, retryPolicy.attemptNanos(Long.MAX_VALUE));
    } catch (Throwable t) {
      survived(t);
      String cause = SafeText.describe(t);
      return retryPolicy.throwsTooOften()
          ? new SendOutcome.Refused(-1, "sending threw " + cause)
          : new SendOutcome.Unavailable(cause, 0, false);
    } finally {
      noteInterrupt();
    }
  }

  private void settle(Spool.Batch batch, SendOutcome outcome) {
    if (settleSpooled(batch.spans, outcome)) {
      spool.remove(batch.files);
      settled(batch.spans);
    }
  }
}
