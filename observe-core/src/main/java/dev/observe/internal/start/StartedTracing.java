/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import dev.observe.internal.check.CollectorProbe;
import dev.observe.internal.pipeline.AccountedProcessor;
import dev.observe.internal.request.span.RequestSpans;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts behind a tracing handle: an SDK and pipelines of ours, or an agent's. */
public final class StartedTracing {
  private final OpenTelemetry openTelemetry;
  private final @Nullable OpenTelemetrySdk own;
  private final List<AccountedProcessor> pipelines;
  private final CollectorProbe probe;
  private final @Nullable RequestSpans requestSpans;

  private StartedTracing(
      OpenTelemetry openTelemetry,
      @Nullable OpenTelemetrySdk own,
      List<AccountedProcessor> pipelines,
      CollectorProbe probe,
      @Nullable RequestSpans requestSpans) {
    this.openTelemetry = openTelemetry;
    this.own = own;
    this.pipelines = List.copyOf(pipelines);
    this.probe = probe;
    this.requestSpans = requestSpans;
  }

  public static StartedTracing own(
      OpenTelemetrySdk sdk,
      List<AccountedProcessor> pipelines,
      CollectorProbe probe,
      @Nullable RequestSpans requestSpans) {
    return new StartedTracing(sdk, sdk, pipelines, probe, requestSpans);
  }

  public static StartedTracing joined(OpenTelemetry agents) {
    return new StartedTracing(agents, null, List.of(), CollectorProbe.ofAgent(), null);
  }

  /** Returns what makes the spans of requests, or null where the tracer does. */
  public @Nullable RequestSpans requestSpans() {
    return requestSpans != null && requestSpans.isOpen() ? requestSpans : null;
  }

  public TracerProvider tracerProvider() {
    return own != null ? own.getSdkTracerProvider() : openTelemetry.getTracerProvider();
  }

  public ContextPropagators propagators() {
    return openTelemetry.getPropagators();
  }

  public List<AccountedProcessor> pipelines() {
    return pipelines;
  }

  /** Makes several pipelines send at once: one that hangs must not use up the others' time. */
  public void hurryAll() {
    if (pipelines.size() > 1) {
      for (AccountedProcessor pipeline : pipelines) {
        pipeline.forceFlush();
      }
    }
  }

  public CollectorProbe probe() {
    return probe;
  }

  /** Flushes the processors that are not pipelines; those answer for themselves. */
  public CompletableResultCode flushOthers() {
    return own == null
        ? CompletableResultCode.ofSuccess()
        : own.getSdkTracerProvider().forceFlush();
  }

  public CompletableResultCode shutdownOthers() {
    if (requestSpans != null) {
      requestSpans.close();
    }
    return own == null ? CompletableResultCode.ofSuccess() : own.shutdown();
  }
}
