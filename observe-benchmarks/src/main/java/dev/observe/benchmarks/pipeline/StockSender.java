/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.pipeline;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.util.concurrent.TimeUnit;

/** OpenTelemetry's batch processor and exporter with their defaults. */
final class StockSender implements Sender {
  private final SdkTracerProvider provider;

  StockSender(String endpoint) {
    provider =
        SdkTracerProvider.builder()
            .addSpanProcessor(
                BatchSpanProcessor.builder(
                        OtlpHttpSpanExporter.builder().setEndpoint(endpoint + "/v1/traces").build())
                    .build())
            .build();
  }

  @Override
  public Tracer tracer() {
    return provider.get("benchmark");
  }

  @Override
  public void flush() {
    provider.forceFlush().join(10, TimeUnit.SECONDS);
  }
}
