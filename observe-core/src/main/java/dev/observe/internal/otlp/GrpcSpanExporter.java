/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import dev.observe.internal.http.Connector;
import dev.observe.internal.pipeline.BatchSender;
import dev.observe.internal.pipeline.SendOutcome;
import dev.observe.internal.util.Uninterruptibly;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** OTLP over gRPC: the stock exporter and the user's sender, and what the collector really said. */
public final class GrpcSpanExporter implements SpanExporter, BatchSender {
  private static final long SHUTDOWN_WAIT_SECONDS = 5;

  private final SpanExporter exporter;
  private final GrpcResponseCapture observer;
  private volatile CompletableFuture<SendOutcome> underWay = new CompletableFuture<>();

  GrpcSpanExporter(SpanExporter exporter, GrpcResponseCapture observer) {
    this.exporter = exporter;
    this.observer = observer;
  }

  @Override
  public SendOutcome send(List<SpanData> spans, long timeoutNanos) {
    // A span alone cannot be split, so it is worth a try at a server that takes more than most.
    CompletableFuture<SendOutcome> answer =
        observer.expect(
            spans.size() > 1
                ? GrpcResponseCapture.MAX_MESSAGE_BYTES
                : OtlpSpanExporter.MAX_REQUEST_BYTES);
    underWay = answer;
    exporter.export(spans);
    try {
      return Uninterruptibly.get(answer, timeoutNanos);
    } catch (TimeoutException e) {
      return new SendOutcome.Unavailable("no reply in time", 0, true);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
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
    return exporter.shutdown();
  }

  @Override
  public long timeoutNanos() {
    return Connector.bounded(observer.config().getTimeout()).toNanos();
  }

  @Override
  public boolean knowsRefusals() {
    return true;
  }

  @Override
  public void abort() {
    underWay.complete(new SendOutcome.Unavailable("cancelled", 0, false));
  }

  @Override
  public void close() {
    shutdown().join(SHUTDOWN_WAIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public String target() {
    return OtlpTransport.shown(observer.config().getEndpoint());
  }

  @Override
  public String toString() {
    return "GrpcSpanExporter{" + target() + "}";
  }
}
