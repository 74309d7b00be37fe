/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.config.Settings;
import dev.observe.internal.request.series.RequestMetrics;
import dev.observe.internal.request.span.RequestSpans;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Records requests in memory, with a clock that the test advances. */
public final class RecordedServer implements AutoCloseable {
  /** The source of the spans. */
  public enum SpansBy {
    US,
    SDK
  }

  public static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  public final InMemorySpanExporter spans = InMemorySpanExporter.create();
  public final PrometheusRegistry registry = new PrometheusRegistry();
  public final AtomicLong nanos = new AtomicLong(1_000);
  public final OpenTelemetrySdk sdk;
  final OpenTelemetry openTelemetry;

  public RecordedServer() {
    this(SpansBy.US);
  }

  public RecordedServer(SpansBy by) {
    this(by, Sampler.parentBased(Sampler.alwaysOn()), SpanLimits.getDefault());
  }

  public RecordedServer(SpansBy by, Sampler sampler, SpanLimits limits) {
    SpanProcessor processor = SimpleSpanProcessor.create(spans);
    sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setSampler(sampler)
                    .setSpanLimits(limits)
                    .addSpanProcessor(processor)
                    .build())
            .setPropagators(
                ContextPropagators.create(
                    TextMapPropagator.composite(
                        W3CTraceContextPropagator.getInstance(),
                        W3CBaggagePropagator.getInstance())))
            .build();
    RequestSpans ours =
        RequestSpans.of(sdk.getSdkTracerProvider(), Resource.getDefault(), List.of(processor));
    openTelemetry = by == SpansBy.US ? new Owner(sdk, ours) : sdk;
  }

  /** Stands for the OpenTelemetry of a started tracing. */
  private record Owner(OpenTelemetrySdk sdk, @Nullable RequestSpans requestSpans)
      implements OpenTelemetry, RequestSpans.Owner {
    @Override
    public TracerProvider getTracerProvider() {
      return sdk.getTracerProvider();
    }

    @Override
    public ContextPropagators getPropagators() {
      return sdk.getPropagators();
    }
  }

  public ServerTelemetry both() {
    return both(Map.of());
  }

  public ServerTelemetry both(Map<String, String> settings) {
    return telemetry(openTelemetry, registry, settings);
  }

  ServerTelemetry telemetry(
      @Nullable OpenTelemetry openTelemetry,
      @Nullable PrometheusRegistry into,
      Map<String, String> settings) {
    return ServerTelemetry.create(
        openTelemetry, into, Settings.of(settings), nanos::get, InstantSource.fixed(NOON));
  }

  /** Serves a request for 30 ms and returns the first finished span. */
  SpanData serve(FakeExchange exchange, int status) {
    exchange.start(both());
    nanos.addAndGet(30_000_000);
    exchange.finish(status);
    return spans.getFinishedSpanItems().get(0);
  }

  <T extends MetricSnapshot> T metric(String name, Class<T> type) {
    return registry.scrape(name::equals).stream()
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not in the registry"));
  }

  HistogramDataPointSnapshot onlyPoint() {
    List<HistogramDataPointSnapshot> points =
        metric(RequestMetrics.DURATION, HistogramSnapshot.class).getDataPoints();
    assertThat(points).hasSize(1);
    return points.get(0);
  }

  @Override
  public void close() {
    assertThat(Context.current()).isSameAs(Context.root());
    sdk.close();
  }
}
