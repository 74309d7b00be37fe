/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.internal.util.LogText;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Any other exporter: all it tells is success or failure, so each failure counts as passing. */
final class ExporterSender implements BatchSender {
  private static final long SHUTDOWN_WAIT_SECONDS = 5;

  private final SpanExporter exporter;
  private final long timeoutNanos;
  private volatile boolean aborted;

  ExporterSender(SpanExporter exporter, long timeoutNanos) {
    this.exporter = exporter;
    this.timeoutNanos = timeoutNanos;
  }

  @Override
  public SendOutcome send(List<SpanData> spans, long timeoutNanos) {
    CompletableResultCode result = exporter.export(spans);
    boolean interrupted = false;
    long start = System.nanoTime();
    long left = timeoutNanos;
    while (!result.isDone() && left > 0 && !aborted) {
      result.join(left, TimeUnit.NANOSECONDS);
      // join leaves early, with the flag set, when the thread is interrupted.
      interrupted |= Thread.interrupted();
      left = timeoutNanos - (System.nanoTime() - start);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (result.isSuccess()) {
      return new SendOutcome.Accepted(0, 0, "");
    }
    Throwable failure = result.getFailureThrowable();
    String cause = failure == null ? "the exporter reported failure" : LogText.describe(failure);
    return result.isDone()
        ? new SendOutcome.Unavailable(cause, 0, false)
        : new SendOutcome.Unavailable("no result in time", 0, true);
  }

  @Override
  public long timeoutNanos() {
    return timeoutNanos;
  }

  @Override
  public boolean knowsRefusals() {
    return false;
  }

  @Override
  public void abort() {
    aborted = true;
  }

  @Override
  public void close() {
    exporter.shutdown().join(SHUTDOWN_WAIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public String target() {
    return exporter.getClass().getSimpleName();
  }
}
