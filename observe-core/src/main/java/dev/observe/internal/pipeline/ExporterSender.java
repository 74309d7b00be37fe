/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import dev.observe.internal.util.SafeText;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Sends through any exporter. It reports only success or failure, so each failure is retried. */
final class ExporterSender extends AsyncSender {
  private static final long SHUTDOWN_WAIT_SECONDS = 5;

  private final SpanExporter exporter;

  ExporterSender(SpanExporter exporter) {
    this.exporter = exporter;
  }

  @Override
  protected void send(List<SpanData> spans, CompletableFuture<SendOutcome> outcome) {
    CompletableResultCode result = exporter.export(spans);
    result.whenComplete(() -> outcome.complete(outcome(result)));
  }

  private static SendOutcome outcome(CompletableResultCode result) {
    if (result.isSuccess()) {
      return new SendOutcome.Accepted(0, 0, "");
    }
    Throwable failure = result.getFailureThrowable();
    return new SendOutcome.Unavailable(
        failure == null ? "the exporter reported failure" : SafeText.describe(failure), 0, false);
  }

  @Override
  public long timeoutNanos() {
    return Long.MAX_VALUE;
  }

  @Override
  public boolean knowsRefusals() {
    return false;
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
