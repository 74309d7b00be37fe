/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.spool;

import dev.observe.internal.otlp.OtlpSpanExporter;
import dev.observe.internal.pipeline.BatchSender;
import dev.observe.internal.pipeline.PipelineState;
import dev.observe.internal.pipeline.SendOutcome;
import dev.observe.internal.pipeline.SenderFactory;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Keeps batches on disk until {@link SpoolWorker} has delivered them, so that the next process that
 * uses the directory delivers the spans of a killed one.
 *
 * <p>Every span is written within half a second of its end, and its memory is then free; a kill
 * costs at most the last second. When the disk's share is used up, further spans wait in memory.
 * Only their owner can read the files. Writes are not forced to the disk: a spool survives the
 * death of a process, not of a machine.
 */
public final class SpoolSender implements BatchSender {
  /** Together with encoding and writing, less than the second that a kill may cost. */
  private static final long MAX_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long MIN_MAX_BYTES = 1_048_576;

  private final OtlpSpanExporter exporter;
  private final Spool spool;
  private final SpoolWorker worker;

  private SpoolSender(OtlpSpanExporter exporter, PipelineState pipeline, Spool spool) {
    this.exporter = exporter;
    this.spool = spool;
    this.worker = new SpoolWorker(pipeline, spool, exporter.newTransport());
  }

  /**
   * Returns the factory of a spool. It throws {@link IllegalArgumentException} if the directory is
   * unusable, another process uses it, or the exporter is not OTLP over HTTP.
   *
   * @param directory for one pipeline alone; created if absent
   * @param maxBytes the limit of all files together, at least 1048576
   * @throws IllegalArgumentException if {@code maxBytes} is less than 1048576
   */
  public static SenderFactory factory(Path directory, long maxBytes) {
    if (maxBytes < MIN_MAX_BYTES) {
      throw new IllegalArgumentException(
          "maxBytes must be at least " + MIN_MAX_BYTES + ", was " + maxBytes);
    }
    return (exporter, pipeline) -> {
      if (!(exporter instanceof OtlpSpanExporter otlp)) {
        throw new IllegalArgumentException(
            "spool must be used with OTLP over http/protobuf, was used with " + exporter.target());
      }
      return new SpoolSender(otlp, pipeline, Spool.open(directory, maxBytes));
    };
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
      // Keeps the order: the worker delivers the files first, which makes room.
      return new SendOutcome.Unavailable(spool.problem(), 0, false);
    }
    // A broken disk must not stop the delivery.
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
  public boolean stopsDraining() {
    return worker.failedWhileClosing();
  }

  @Override
  public void start() {
    worker.start();
  }

  @Override
  public void flushNow() {
    worker.flushNow();
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
