/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.spool;

import dev.observe.internal.otlp.OtlpTransport;
import dev.observe.internal.pipeline.ExportWorker;
import dev.observe.internal.pipeline.FlushTickets;
import dev.observe.internal.pipeline.InFlightBatch;
import dev.observe.internal.pipeline.Outage;
import dev.observe.internal.pipeline.PipelineLog;
import dev.observe.internal.pipeline.RetryPolicy;
import dev.observe.internal.pipeline.SendOutcome;
import dev.observe.internal.pipeline.SpanCounts;
import dev.observe.internal.pipeline.SpanPipelineBuilder;
import dev.observe.internal.pipeline.SpanQueue;
import dev.observe.internal.pipeline.WakeableSleep;
import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.LogText;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Delivers what is in the spool, oldest first, and removes each file when it is acknowledged. */
public final class SpoolWorker implements Runnable {
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Spool spool;
  private final OtlpTransport transport;
  private final SpanQueue queue;
  private final SpanCounts ledger;
  private final InFlightBatch accounts;
  private final FlushTickets tickets;
  private final PipelineLog log;
  private final Outage outage;
  private final RetryPolicy patience;
  private final WakeableSleep snooze;
  private final LongSupplier nanoClock;
  private final int maxBatchSpans;
  private final Thread thread;
  private volatile BooleanSupplier closing = () -> false;
  private volatile boolean failedWhileClosing;

  public SpoolWorker(
      SpanPipelineBuilder options,
      Spool spool,
      OtlpTransport transport,
      SpanQueue queue,
      SpanCounts ledger,
      InFlightBatch accounts,
      FlushTickets tickets,
      PipelineLog log) {
    this.spool = spool;
    this.transport = transport;
    this.queue = queue;
    this.ledger = ledger;
    this.accounts = accounts;
    this.tickets = tickets;
    this.log = log;
    this.nanoClock = options.nanoClock;
    this.outage = new Outage(log);
    this.patience =
        new RetryPolicy(
            Math.min(transport.timeout().toNanos(), options.exportTimeoutNanos),
            Long.MAX_VALUE,
            options.random);
    this.snooze = new WakeableSleep(nanoClock, accounts::ended, this::awake);
    this.maxBatchSpans = options.maxBatchSpans();
    this.thread = DaemonThreads.factory("observe-export-spool").newThread(this);
  }

  void start(BooleanSupplier closing) {
    this.closing = closing;
    thread.start();
  }

  void fileWritten() {
    LockSupport.unpark(thread);
  }

  void hurry() {
    snooze.hurry(thread);
  }

  void abort() {
    transport.abort();
    LockSupport.unpark(thread);
  }

  /** Whether an attempt failed since closing began: what is left is as safe where it is. */
  boolean failedWhileClosing() {
    return failedWhileClosing;
  }

  @Override
  public void run() {
    while (!accounts.ended()) {
      try {
        step();
      } catch (Throwable t) {
        survived(LogText.describe(t));
        LockSupport.parkNanos(RetryPolicy.PAUSE_AFTER_ERROR_NANOS);
      }
    }
    try {
      transport.close();
    } catch (Throwable t) {
      survived(LogText.describe(t));
    } finally {
      spool.close();
    }
  }

  private void step() {
    noteInterrupt();
    Spool.Batch batch = spool.read(maxBatchSpans, ExportWorker.MAX_BATCH_BYTES);
    if (batch == null) {
      LockSupport.parkNanos(this, IDLE_NANOS);
      return;
    }
    if (batch.corruptSpans() > 0) {
      accounts.corrupt(batch.corruptSpans());
    }
    if (!batch.files().isEmpty()) {
      deliver(batch);
    }
    tickets.completeDue();
    log.writeDue();
  }

  private void deliver(Spool.Batch batch) {
    while (!accounts.ended()) {
      SendOutcome outcome = attempt(batch);
      if (!(outcome instanceof SendOutcome.Unavailable unavailable)) {
        settle(batch, outcome);
        return;
      }
      if (accounts.ended()) {
        return;
      }
      failedWhileClosing |= closing.getAsBoolean();
      long now = nanoClock.getAsLong();
      outage.failed(unavailable.cause(), now, queue.waiting());
      log.writeDue();
      ledger.retried();
      patience.goesOn(unavailable, now);
      long until = now + patience.waitNanos(unavailable, closing.getAsBoolean());
      snooze.sleep(until, unavailable.retryAfterNanos() > 0 ? until : now);
    }
  }

  private SendOutcome attempt(Spool.Batch batch) {
    snooze.attemptBegins();
    try {
      return transport.post(batch.request(), patience.attemptNanos(Long.MAX_VALUE));
    } catch (Throwable t) {
      String what = LogText.describe(t);
      survived(what);
      return patience.throwsTooOften()
          ? new SendOutcome.Refused(-1, "sending threw " + what)
          : new SendOutcome.Unavailable(what, 0, false);
    } finally {
      noteInterrupt();
    }
  }

  private void settle(Spool.Batch batch, SendOutcome outcome) {
    if (!accounts.settleSpooled(batch.spans(), outcome)) {
      return;
    }
    spool.remove(batch.files());
    patience.settled();
    outage.delivered(batch.spans(), nanoClock.getAsLong(), queue.settled(), queue.enqueued());
  }

  private void awake() {
    noteInterrupt();
    tickets.completeDue();
  }

  private void noteInterrupt() {
    if (Thread.interrupted() && !accounts.ended()) {
      survived("the thread was interrupted");
    }
  }

  private void survived(String what) {
    ledger.workerError();
    log.workerError(what);
  }
}
