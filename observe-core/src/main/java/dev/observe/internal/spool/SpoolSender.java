/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.spool;

import dev.observe.internal.otlp.OtlpSpanExporter;
import dev.observe.internal.pipeline.BatchSender;
import dev.observe.internal.pipeline.SendOutcome;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Writes batches to the spool, from where {@link SpoolWorker} delivers them. */
public final class SpoolSender implements BatchSender {
  /** With the time that encoding and writing take, this keeps what a kill costs under a second. */
  private static final long MAX_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final OtlpSpanExporter exporter;
  private final Spool spool;
  private final SpoolWorker worker;

  public SpoolSender(OtlpSpanExporter exporter, Spool spool, SpoolWorker worker) {
    this.exporter = exporter;
    this.spool = spool;
    this.worker = worker;
  }

  @Override
  public SendOutcome send(List<SpanData> spans, long timeoutNanos) {
    byte[] request = exporter.encode(spans);
    if (request == null) {
      return new SendOutcome.TooLarge();
    }
    if (spool.write(request, spans.size())) {
      worker.fileWritten();
      return new SendOutcome.Kept();
    }
    if (spool.spans() > 0) {
      // What was written first goes first; the worker is at it, and makes room.
      return new SendOutcome.Unavailable(spool.problem(), 0, false);
    }
    // A broken disk must not stop what can be delivered without one.
    return exporter.transport().post(request, timeoutNanos);
  }

  @Override
  public long timeoutNanos() {
    return exporter.timeoutNanos();
  }

  @Override
  public boolean knowsRefusals() {
    return true;
  }

  @Override
  public String target() {
    return exporter.target();
  }

  @Override
  public long maxDelayNanos() {
    return MAX_DELAY_NANOS;
  }

  @Override
  public long keptSpans() {
    return spool.spans();
  }

  @Override
  public boolean givesUpClosing() {
    return worker.failedWhileClosing();
  }

  @Override
  public void start(BooleanSupplier closing) {
    worker.start(closing);
  }

  @Override
  public void hurry() {
    worker.hurry();
  }

  @Override
  public void abort() {
    exporter.abort();
    worker.abort();
  }

  @Override
  public void close() {
    exporter.close();
    worker.abort();
  }
}
