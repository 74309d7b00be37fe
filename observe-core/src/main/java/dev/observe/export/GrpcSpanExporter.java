/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.export;

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
final class GrpcSpanExporter implements SpanExporter, BatchSender {
  private static final long SHUTDOWN_WAIT_SECONDS = 5;

  private final SpanExporter exporter;
  private final GrpcObserver observer;
  private volatile CompletableFuture<Outcome> underWay = new CompletableFuture<>();

  GrpcSpanExporter(SpanExporter exporter, GrpcObserver observer) {
    this.exporter = exporter;
    this.observer = observer;
  }

  @Override
  public Outcome send(List<SpanData> spans, long timeoutNanos) {
    // A span alone cannot be split, so it is worth a try at a server that takes more than most.
    CompletableFuture<Outcome> answer =
        observer.expect(
            spans.size() > 1 ? GrpcObserver.MAX_MESSAGE_BYTES : OtlpSpanExporter.MAX_REQUEST_BYTES);
    underWay = answer;
    exporter.export(spans);
    try {
      return Uninterrupted.get(answer, timeoutNanos);
    } catch (TimeoutException e) {
      return new Outcome.Unavailable("no reply in time", 0, true);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    Outcome outcome = send(List.copyOf(spans), timeoutNanos());
    return outcome instanceof Outcome.Accepted accepted && accepted.rejected() == 0
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
    return OtlpTransport.bounded(observer.config().getTimeout()).toNanos();
  }

  @Override
  public boolean knowsRefusals() {
    return true;
  }

  @Override
  public void abort() {
    underWay.complete(new Outcome.Unavailable("cancelled", 0, false));
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
