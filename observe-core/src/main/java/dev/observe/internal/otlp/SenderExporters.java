/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/** Creates OTLP exporters with a sender of ours. Loaded only where OpenTelemetry has that SPI. */
final class SenderExporters {
  private SenderExporters() {}

  static Iterable<ConfigurableSpanExporterProvider> providers(ConfigProperties config) {
    return config.getComponentLoader().load(ConfigurableSpanExporterProvider.class);
  }

  static SpanExporter overHttp(ConfigProperties config) {
    EncodedRequestCapture.Loader loader =
        new EncodedRequestCapture.Loader(
            config.getComponentLoader(), OtlpSpanExporter.MAX_REQUEST_BYTES);
    SpanExporter exporter =
        SpanExporters.provider(SpanExporters.OTLP, config)
            .createExporter(new SenderProperties(config, SpanExporters.HTTP, loader));
    EncodedRequestCapture capture = loader.created();
    // Another provider of that name may not use an HTTP sender; then it is like any exporter.
    return capture == null ? exporter : new OtlpSpanExporter(exporter, capture);
  }

  /** Returns whether the class path has a sender for gRPC. */
  static boolean hasGrpcSender(ConfigProperties config) {
    return new GrpcResponseCapture.Loader(config.getComponentLoader()).hasSender();
  }

  static SpanExporter overGrpc(ConfigProperties config) {
    GrpcResponseCapture.Loader loader = new GrpcResponseCapture.Loader(config.getComponentLoader());
    SpanExporter exporter =
        SpanExporters.provider(SpanExporters.OTLP, config)
            .createExporter(new SenderProperties(config, SpanExporters.GRPC, loader));
    if (exporter instanceof OtlpGrpcSpanExporter stock) {
      // The pipeline retries, and for longer than the sender would.
      exporter = stock.toBuilder().setRetryPolicy(null).build();
    }
    GrpcResponseCapture capture = loader.created();
    return capture == null ? exporter : new GrpcSpanExporter(exporter, capture);
  }
}
