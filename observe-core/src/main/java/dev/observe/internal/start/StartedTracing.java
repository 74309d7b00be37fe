/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import dev.observe.ShutdownReport;
import dev.observe.internal.check.CollectorProbe;
import dev.observe.internal.pipeline.ExportReport;
import dev.observe.internal.pipeline.SpanPipeline;
import dev.observe.internal.request.span.RequestSpans;
import dev.observe.internal.util.Timeouts;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The parts behind a tracing handle: an SDK and pipelines of ours, or the agent's SDK. */
public record StartedTracing(
    OpenTelemetry openTelemetry,
    @Nullable OpenTelemetrySdk own,
    List<SpanPipeline> pipelines,
    CollectorProbe probe,
    @Nullable RequestSpans requestSpans,
    String service,
    String destination) {
  private static final Duration MAX_CHECK_WAIT = Duration.ofSeconds(1);

  static StartedTracing own(
      OpenTelemetrySdk sdk,
      List<SpanPipeline> pipelines,
      CollectorProbe probe,
      @Nullable RequestSpans requestSpans,
      String service,
      String destination) {
    OpenPipelines.all().addAll(pipelines);
    return new StartedTracing(
        sdk, sdk, List.copyOf(pipelines), probe, requestSpans, service, destination);
  }

  static StartedTracing joined(OpenTelemetry agent, String service) {
    return new StartedTracing(
        agent,
        null,
        List.of(),
        CollectorProbe.ofAgent(),
        null,
        service,
        "OpenTelemetry's Java agent");
  }

  /** Returns our own spans for requests, or null if the tracer creates those too. */
  @Override
  public @Nullable RequestSpans requestSpans() {
    return requestSpans != null && requestSpans.isOpen() ? requestSpans : null;
  }

  public TracerProvider tracerProvider() {
    return own != null ? own.getSdkTracerProvider() : openTelemetry.getTracerProvider();
  }

  public ContextPropagators propagators() {
    return openTelemetry.getPropagators();
  }

  /** Delivers the spans that have ended, and returns whether all were acknowledged in time. */
  public boolean flush(Duration timeout) {
    long deadline = System.nanoTime() + Timeouts.nanos(timeout);
    boolean delivered = true;
    for (SpanPipeline pipeline : pipelines) {
      delivered &= pipeline.flush(left(deadline));
    }
    CompletableResultCode others =
        own == null ? CompletableResultCode.ofSuccess() : own.getSdkTracerProvider().forceFlush();
    boolean flushed = others.join(left(deadline).toNanos(), TimeUnit.NANOSECONDS).isSuccess();
    return delivered && flushed;
  }

  /** Delivers the waiting spans within the timeout, and stops all parts; to be called once. */
  public ShutdownReport shutdown(Duration timeout) {
    long deadline = System.nanoTime() + Timeouts.nanos(timeout);
    if (Timeouts.nanos(timeout) > 0 && pipelines.size() > 1) {
      // All send at the same time: one that hangs must not use up the time of the others.
      pipelines.forEach(SpanPipeline::forceFlush);
    }
    List<ShutdownReport> reports = new ArrayList<>();
    for (SpanPipeline pipeline : pipelines) {
      reports.add(pipeline.close(left(deadline)));
    }
    if (requestSpans != null) {
      requestSpans.close();
    }
    if (own != null) {
      own.shutdown().join(left(deadline).toNanos(), TimeUnit.NANOSECONDS);
    }
    // A check that the first failure started may need a moment to log its result.
    probe.close(min(left(deadline), MAX_CHECK_WAIT));
    OpenPipelines.all().removeAll(pipelines);
    return ExportReport.sum(reports);
  }

  private static Duration left(long deadlineNanos) {
    return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
