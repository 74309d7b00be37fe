/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import dev.observe.internal.pipeline.BatchSender;
import dev.observe.internal.pipeline.SendOutcome;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;

/**
 * An OTLP sender that is also an exporter, which sends on the caller's thread and without retries.
 */
interface OtlpExporter extends SpanExporter, BatchSender {
  @Override
  default CompletableResultCode export(Collection<SpanData> spans) {
    SendOutcome outcome = send(List.copyOf(spans), timeoutNanos());
    return outcome instanceof SendOutcome.Accepted accepted && accepted.rejected() == 0
        ? CompletableResultCode.ofSuccess()
        : CompletableResultCode.ofFailure();
  }

  @Override
  default CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  default CompletableResultCode shutdown() {
    close();
    return CompletableResultCode.ofSuccess();
  }

  @Override
  void close();

  @Override
  default boolean knowsRefusals() {
    return true;
  }
}
