/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.comparison;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.InternalTelemetryVersion;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** OpenTelemetry's batch processor and OTLP exporter with their defaults and their metrics. */
final class Stock implements Contender {
  private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final SdkTracerProvider provider;

  Stock(String endpoint, int maxQueueSpans, boolean hook) {
    SdkMeterProvider meters = SdkMeterProvider.builder().registerMetricReader(metrics).build();
    provider =
        SdkTracerProvider.builder()
            .addSpanProcessor(
                BatchSpanProcessor.builder(
                        OtlpHttpSpanExporter.builder()
                            .setEndpoint(endpoint + "/v1/traces")
                            .setMeterProvider(meters)
                            .setInternalTelemetryVersion(InternalTelemetryVersion.LATEST)
                            .build())
                    .setMaxQueueSize(maxQueueSpans)
                    .setMeterProvider(meters)
                    .setInternalTelemetryVersion(InternalTelemetryVersion.LATEST)
                    .build())
            .build();
    if (hook) {
      Runtime.getRuntime().addShutdownHook(new Thread(provider::close));
    }
  }

  @Override
  public Tracer tracer() {
    return provider.get("comparison");
  }

  @Override
  public String flush(Duration timeout) {
    CompletableResultCode result =
        provider.forceFlush().join(timeout.toMillis(), TimeUnit.MILLISECONDS);
    return result.isDone() ? Boolean.toString(result.isSuccess()) : "none";
  }

  @Override
  public String close(Duration timeout) {
    CompletableResultCode unused =
        provider.shutdown().join(timeout.toMillis(), TimeUnit.MILLISECONDS);
    Map<String, Long> lost = new TreeMap<>();
    for (MetricData metric : metrics.collectAllMetrics()) {
      // The metrics of the exporter count the same spans again.
      if (metric.getName().equals("otel.sdk.processor.span.processed")) {
        for (LongPointData point : metric.getLongSumData().getPoints()) {
          String error = point.getAttributes().get(ERROR_TYPE);
          if (error != null && !error.isEmpty()) {
            lost.merge(error.substring(error.lastIndexOf('.') + 1), point.getValue(), Long::sum);
          }
        }
      }
    }
    return lost.entrySet().stream()
        .map(loss -> "%s %,d".formatted(loss.getKey(), loss.getValue()))
        .collect(Collectors.joining(", "));
  }

  @Override
  public String workerThread() {
    return "BatchSpanProcessor_WorkerThread";
  }
}
