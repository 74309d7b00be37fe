/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import dev.observe.internal.http.Connector;
import dev.observe.internal.pipeline.AsyncSender;
import dev.observe.internal.pipeline.SendOutcome;
import dev.observe.internal.util.Timeouts;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** OTLP over gRPC: the stock exporter and the user's sender, with the collector's full answer. */
public final class GrpcSpanExporter extends AsyncSender implements OtlpExporter {
  private static final long SHUTDOWN_WAIT_SECONDS = 5;

  private final SpanExporter exporter;
  private final GrpcResponseCapture capture;
  private final GrpcSenderConfig sender;

  GrpcSpanExporter(SpanExporter exporter, GrpcResponseCapture capture, GrpcSenderConfig sender) {
    this.exporter = exporter;
    this.capture = capture;
    this.sender = sender;
  }

  @Override
  protected void send(List<SpanData> spans, CompletableFuture<SendOutcome> outcome) {
    // A single span cannot be split, so it is sent in case the server allows more than the default.
    capture.expect(
        outcome,
        spans.size() > 1
            ? GrpcResponseCapture.MAX_MESSAGE_BYTES
            : OtlpSpanExporter.MAX_REQUEST_BYTES);
    exporter.export(spans);
  }

  @Override
  public long timeoutNanos() {
    return Timeouts.nanos(Connector.bounded(sender.getTimeout()));
  }

  @Override
  public void close() {
    exporter.shutdown().join(SHUTDOWN_WAIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public String target() {
    return OtlpTransport.withoutSecrets(sender.getEndpoint());
  }

  @Override
  public String toString() {
    return "GrpcSpanExporter{" + target() + "}";
  }
}
