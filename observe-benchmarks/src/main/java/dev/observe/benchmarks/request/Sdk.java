/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;

/** The OpenTelemetry SDK of all filters with OpenTelemetry; its spans are discarded. */
final class Sdk {
  final OpenTelemetrySdk openTelemetry;
  private final PrometheusMetricReader reader = PrometheusMetricReader.create();

  private final Ends ends = new Ends();

  private Sdk(Sampler sampler, boolean metrics) {
    var builder =
        OpenTelemetrySdk.builder()
            .setPropagators(
                ContextPropagators.create(
                    TextMapPropagator.composite(
                        W3CTraceContextPropagator.getInstance(),
                        W3CBaggagePropagator.getInstance())))
            .setTracerProvider(
                SdkTracerProvider.builder().setSampler(sampler).addSpanProcessor(ends).build());
    if (metrics) {
      builder.setMeterProvider(SdkMeterProvider.builder().registerMetricReader(reader).build());
    }
    openTelemetry = builder.build();
  }

  static Sdk of(Scenario scenario, boolean metrics) {
    Sampler root = scenario.sampled() ? Sampler.alwaysOn() : Sampler.traceIdRatioBased(0);
    return new Sdk(scenario.tracing() ? Sampler.parentBased(root) : Sampler.alwaysOff(), metrics);
  }

  long ended() {
    return ends.seen();
  }

  /** Returns how many requests the metrics of the SDK have counted. */
  double counted() {
    return reader.collect().stream()
        .filter(HistogramSnapshot.class::isInstance)
        .map(HistogramSnapshot.class::cast)
        .filter(s -> s.getMetadata().getPrometheusName().startsWith("http_server_request_duration"))
        .flatMap(s -> s.getDataPoints().stream())
        .mapToDouble(point -> point.getCount())
        .sum();
  }
}
