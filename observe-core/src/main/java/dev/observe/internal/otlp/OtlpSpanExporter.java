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
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * OTLP over HTTP: the stock exporter reads the settings and encodes, {@link OtlpTransport} sends.
 *
 * <p>As a plain {@link SpanExporter} it sends on the caller's thread, once, without offering again.
 */
public final class OtlpSpanExporter implements SpanExporter, BatchSender {
  /** The size that collectors take by default, and the specification advises. */
  static final int MAX_REQUEST_BYTES = 20 * 1024 * 1024;

  private final SpanExporter encoder;
  private final EncodedRequestCapture capture;
  private final OtlpTransport transport;

  /** Held from encoding a request until it is sent or copied: the memory for one is used again. */
  private final ReentrantLock encoding = new ReentrantLock();

  OtlpSpanExporter(SpanExporter encoder, EncodedRequestCapture capture) {
    this.encoder = encoder;
    this.capture = capture;
    this.transport = new OtlpTransport(capture.config());
  }

  @Override
  public SendOutcome send(List<SpanData> spans, long timeoutNanos) {
    encoding.lock();
    try {
      return encodeNow(spans)
          ? transport.post(capture.bytes(), capture.length(), timeoutNanos)
          : new SendOutcome.TooLarge();
    } finally {
      capture.done();
      encoding.unlock();
    }
  }

  /** Returns a request to keep, or null when it would be too large. */
  public byte @Nullable [] encode(Collection<SpanData> spans) {
    encoding.lock();
    try {
      return encodeNow(spans) ? Arrays.copyOf(capture.bytes(), capture.length()) : null;
    } finally {
      capture.done();
      encoding.unlock();
    }
  }

  private boolean encodeNow(Collection<SpanData> spans) {
    encoder.export(spans);
    return capture.take();
  }

  public OtlpTransport transport() {
    return transport;
  }

  /** Returns a way of its own to the same collector, for another thread. */
  public OtlpTransport newTransport() {
    return new OtlpTransport(capture.config());
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    SendOutcome outcome = send(List.copyOf(spans), timeoutNanos());
    return outcome instanceof SendOutcome.Accepted accepted && accepted.rejected() == 0
        ? CompletableResultCode.ofSuccess()
        : CompletableResultCode.ofFailure();
  }

  @Override
  public CompletableResultCode flush() {
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public CompletableResultCode shutdown() {
    close();
    return CompletableResultCode.ofSuccess();
  }

  @Override
  public long timeoutNanos() {
    return transport.timeout().toNanos();
  }

  @Override
  public boolean knowsRefusals() {
    return true;
  }

  @Override
  public void abort() {
    transport.abort();
  }

  @Override
  public void close() {
    encoder.shutdown();
    transport.close();
  }

  @Override
  public String target() {
    return OtlpTransport.shown(transport.endpoint());
  }

  @Override
  public String toString() {
    return "OtlpSpanExporter{" + target() + "}";
  }
}
