/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static java.util.Objects.requireNonNull;

import dev.observe.DropReason;
import dev.observe.internal.util.DaemonThreads;
import dev.observe.internal.util.LogText;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands each span to an exporter as it ends, once, on the thread that ended it, and remembers what
 * became of it. OpenTelemetry's simple processor forgets what failed, and then says that it
 * flushed.
 *
 * <p>Safe for use by any number of threads, which wait for each other: for learning and for tests.
 *
 * @since 0.1
 */
public final class ImmediateProcessor implements AccountedProcessor {
  /** Numbers the processors of a process, as the conventions number its components. */
  private static final AtomicInteger COUNT = new AtomicInteger();

  /** As long as OTLP's default. */
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final String componentName = "observe_immediate_processor/" + COUNT.getAndIncrement();
  private final BatchSender sender;
  private final SpanCounts ledger = new SpanCounts();
  private final PipelineLog log;
  private final Runnable onFirstFailure;
  private final AtomicReference<@Nullable CompletableResultCode> shutdown = new AtomicReference<>();

  /** Held while sending; fair, so that who flushes comes after the spans that ended before. */
  private final ReentrantLock sending = new ReentrantLock(true);

  /** Held while counting; so the account is exact at any moment. */
  private final ReentrantLock booking = new ReentrantLock();

  /** Held by the one that closes. */
  private final ReentrantLock closing = new ReentrantLock();

  /** Spans that ended and are not booked yet. */
  private long waiting;

  private volatile @Nullable ExportReport report;
  private final AtomicLong lossesTold = new AtomicLong();

  private ImmediateProcessor(BatchSender sender, Runnable onFirstFailure) {
    this.sender = sender;
    this.log = new PipelineLog(sender.target(), ledger, System::nanoTime);
    this.onFirstFailure = onFirstFailure;
  }

  /**
   * Returns a processor that sends through an exporter and closes it. An exporter that has no limit
   * of its own is waited for 10 seconds.
   *
   * @param onFirstFailure run once, when a span was not taken for the first time
   */
  public static ImmediateProcessor create(SpanExporter exporter, Runnable onFirstFailure) {
    BatchSender sender =
        exporter instanceof BatchSender known
            ? known
            : new ExporterSender(requireNonNull(exporter, "exporter"), TIMEOUT_NANOS);
    return new ImmediateProcessor(sender, onFirstFailure);
  }

  /** Does nothing: only ended spans matter here. */
  @Override
  public void onStart(Context parentContext, ReadWriteSpan span) {}

  @Override
  public boolean isStartRequired() {
    return false;
  }

  /** Sends the span when it was sampled, and waits for the answer; never throws. */
  @Override
  public void onEnd(ReadableSpan span) {
    if (!span.getSpanContext().isSampled()) {
      return;
    }
    if (enter()) {
      sending.lock();
      try {
        book(shutdown.get() == null ? send(span) : null);
      } finally {
        sending.unlock();
      }
    }
    log.writeDue();
  }

  /** Counts a span that ended; false when it is lost for having come after the report. */
  private boolean enter() {
    booking.lock();
    try {
      ledger.spanEnded();
      if (report != null) {
        ledger.lostFromQueue(DropReason.SHUTDOWN, 1);
        return false;
      }
      waiting++;
      return true;
    } finally {
      booking.unlock();
    }
  }

  private SendOutcome send(ReadableSpan span) {
    try {
      return sender.send(List.of(span.toSpanData()), sender.timeoutNanos());
    } catch (Throwable t) {
      // The application's thread is not to pay for it, whatever it is.
      return new SendOutcome.Refused(-1, "the exporter threw " + LogText.describe(t));
    }
  }

  private void book(@Nullable SendOutcome outcome) {
    boolean first;
    booking.lock();
    try {
      if (report != null) {
        // Counted as lost when the report was made; an answer after that is too late.
        return;
      }
      waiting--;
      long before = ledger.lostFromQueue();
      if (outcome instanceof SendOutcome.Accepted accepted && accepted.rejected() == 0) {
        ledger.spansAcked(1);
      } else if (outcome instanceof SendOutcome.Accepted accepted) {
        log.rejection("partial_success: " + accepted.message());
        ledger.rejected(accepted.status(), 1);
      } else if (outcome instanceof SendOutcome.Refused refused) {
        log.rejection(refused.message());
        ledger.rejected(refused.status(), 1);
      } else if (outcome instanceof SendOutcome.TooLarge) {
        ledger.lostFromQueue(DropReason.TOO_LARGE, 1);
      } else {
        ledger.lostFromQueue(outcome == null ? DropReason.SHUTDOWN : DropReason.EXPIRED, 1);
      }
      first = before == 0 && ledger.lostFromQueue() > 0 && outcome != null;
    } finally {
      booking.unlock();
    }
    if (first) {
      try {
        onFirstFailure.run();
      } catch (RuntimeException e) {
        ledger.workerError();
        log.workerError(LogText.describe(e));
      }
    }
  }

  @Override
  public boolean isEndRequired() {
    return true;
  }

  @Override
  public boolean flush(Duration timeout) {
    long told = lossesTold.get();
    try {
      if (!sending.tryLock(SpanPipeline.nanos(timeout), TimeUnit.NANOSECONDS)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    try {
      return lostNoneSince(told);
    } finally {
      sending.unlock();
    }
  }

  /** As {@link #flush}, without waiting. */
  @Override
  public CompletableResultCode forceFlush() {
    CompletableResultCode result = new CompletableResultCode();
    long told = lossesTold.get();
    afterSending("observe-export-flush", () -> complete(result, lostNoneSince(told)));
    return result;
  }

  private boolean lostNoneSince(long told) {
    long lost = ledger.lostFromQueue();
    lossesTold.accumulateAndGet(lost, Math::max);
    return lost <= told;
  }

  /** Closes the exporter; succeeds when every span that ever ended was acknowledged. */
  @Override
  public CompletableResultCode shutdown() {
    CompletableResultCode mine = new CompletableResultCode();
    if (!shutdown.compareAndSet(null, mine)) {
      return requireNonNull(shutdown.get());
    }
    afterSending(
        "observe-export-close",
        () -> {
          sender.close();
          complete(mine, ledger.lostFromQueue() == 0);
        });
    return mine;
  }

  /** Runs a task when the spans that ended before have been sent; the caller does not wait. */
  private void afterSending(String thread, Runnable task) {
    DaemonThreads.factory(thread)
        .newThread(
            () -> {
              sending.lock();
              try {
                task.run();
              } finally {
                sending.unlock();
              }
            })
        .start();
  }

  private static void complete(CompletableResultCode result, boolean success) {
    if (success) {
      result.succeed();
    } else {
      result.fail();
    }
  }

  @Override
  public ExportReport close(Duration timeout) {
    closing.lock();
    try {
      if (report == null) {
        shutdown().join(SpanPipeline.nanos(timeout), TimeUnit.NANOSECONDS);
      }
      return endAccount();
    } finally {
      closing.unlock();
    }
  }

  /** Spans that are on their way count as lost. */
  private ExportReport endAccount() {
    booking.lock();
    try {
      ExportReport existing = report;
      if (existing != null) {
        return existing;
      }
      boolean late = waiting > 0;
      ledger.lostFromQueue(DropReason.SHUTDOWN, waiting);
      waiting = 0;
      ExportReport mine = new ExportReport(ledger, 0, late);
      report = mine;
      if (late) {
        // Whoever waits for an answer waits in vain.
        sender.abort();
      }
      return mine;
    } finally {
      booking.unlock();
    }
  }

  @Override
  public PipelineStats stats() {
    booking.lock();
    try {
      return new PipelineStats(componentName, ledger, 0, waiting, 0, 0);
    } finally {
      booking.unlock();
    }
  }

  @Override
  public String toString() {
    return "ImmediateProcessor{" + sender.target() + "}";
  }
}
