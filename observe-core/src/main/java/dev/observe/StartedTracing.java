/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.export.AccountedProcessor;
import dev.observe.export.EndpointProbe;
import dev.observe.http.RequestSpans;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands behind a {@link Tracing}: an SDK and pipelines of ours, or an agent's. */
final class StartedTracing {
  private final OpenTelemetry openTelemetry;
  private final @Nullable OpenTelemetrySdk own;
  private final List<AccountedProcessor> pipelines;
  private final EndpointProbe probe;
  private final @Nullable RequestSpans requestSpans;

  private StartedTracing(
      OpenTelemetry openTelemetry,
      @Nullable OpenTelemetrySdk own,
      List<AccountedProcessor> pipelines,
      EndpointProbe probe,
      @Nullable RequestSpans requestSpans) {
    this.openTelemetry = openTelemetry;
    this.own = own;
    this.pipelines = List.copyOf(pipelines);
    this.probe = probe;
    this.requestSpans = requestSpans;
  }

  static StartedTracing own(
      OpenTelemetrySdk sdk,
      List<AccountedProcessor> pipelines,
      EndpointProbe probe,
      @Nullable RequestSpans requestSpans) {
    return new StartedTracing(sdk, sdk, pipelines, probe, requestSpans);
  }

  static StartedTracing joined(OpenTelemetry agents) {
    return new StartedTracing(agents, null, List.of(), EndpointProbe.ofAgent(), null);
  }

  /** Returns what makes the spans of requests, or null where the tracer does. */
  @Nullable RequestSpans requestSpans() {
    return requestSpans != null && requestSpans.isOpen() ? requestSpans : null;
  }

  TracerProvider tracerProvider() {
    return own != null ? own.getSdkTracerProvider() : openTelemetry.getTracerProvider();
  }

  ContextPropagators propagators() {
    return openTelemetry.getPropagators();
  }

  List<AccountedProcessor> pipelines() {
    return pipelines;
  }

  /** Makes several pipelines send at once: one that hangs must not use up the others' time. */
  void hurryAll() {
    if (pipelines.size() > 1) {
      for (AccountedProcessor pipeline : pipelines) {
        pipeline.forceFlush();
      }
    }
  }

  EndpointProbe probe() {
    return probe;
  }

  /** Flushes the processors that are not pipelines; those answer for themselves. */
  CompletableResultCode flushOthers() {
    return own == null
        ? CompletableResultCode.ofSuccess()
        : own.getSdkTracerProvider().forceFlush();
  }

  CompletableResultCode shutdownOthers() {
    if (requestSpans != null) {
      requestSpans.close();
    }
    return own == null ? CompletableResultCode.ofSuccess() : own.shutdown();
  }
}
