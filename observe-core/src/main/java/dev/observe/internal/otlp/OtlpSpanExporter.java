/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import dev.observe.internal.pipeline.SendOutcome;
import dev.observe.internal.util.Timeouts;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** OTLP over HTTP: the stock exporter reads the settings and encodes, our transport sends. */
public final class OtlpSpanExporter implements OtlpExporter {
  /** The default limit of collectors, which the specification recommends. */
  static final int MAX_REQUEST_BYTES = 20 * 1024 * 1024;

  private final SpanExporter encoder;
  private final EncodedRequestCapture capture;
  private final HttpSenderConfig sender;
  private final OtlpTransport transport;

  /** Held from encoding a request until it is sent or copied, since its buffer is reused. */
  private final ReentrantLock encoding = new ReentrantLock();

  OtlpSpanExporter(SpanExporter encoder, EncodedRequestCapture capture, HttpSenderConfig sender) {
    this.encoder = encoder;
    this.capture = capture;
    this.sender = sender;
    this.transport = new OtlpTransport(sender);
  }

  @Override
  public SendOutcome send(List<SpanData> spans, long timeoutNanos) {
    encoding.lock();
    try {
      return encodeNow(spans)
          ? transport.post(capture.bytes(), capture.length(), timeoutNanos)
          : new SendOutcome.TooLarge();
    } finally {
      capture.release();
      encoding.unlock();
    }
  }

  /** Returns a copy of the encoded request, or null if it would be too large. */
  public byte @Nullable [] encode(List<SpanData> spans) {
    encoding.lock();
    try {
      return encodeNow(spans) ? Arrays.copyOf(capture.bytes(), capture.length()) : null;
    } finally {
      capture.release();
      encoding.unlock();
    }
  }

  private boolean encodeNow(List<SpanData> spans) {
    encoder.export(spans);
    return capture.take();
  }

  public OtlpTransport transport() {
    return transport;
  }

  /** Returns another transport to the same collector, for another thread. */
  public OtlpTransport newTransport() {
    return new OtlpTransport(sender);
  }

  @Override
  public long timeoutNanos() {
    return Timeouts.nanos(transport.timeout());
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
    return OtlpTransport.withoutSecrets(transport.endpoint());
  }

  @Override
  public String toString() {
    return "OtlpSpanExporter{" + target() + "}";
  }
}
