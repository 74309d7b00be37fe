/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Creates OTLP exporters with a sender of ours. Loaded only where OpenTelemetry has that SPI. */
public final class SenderExporters {
  private SenderExporters() {}

  static Iterable<ConfigurableSpanExporterProvider> providers(ConfigProperties config) {
    return config.getComponentLoader().load(ConfigurableSpanExporterProvider.class);
  }

  /** Returns OpenTelemetry's exporter, whose sender comes from {@code provider}. */
  public static <P> SpanExporter stock(
      ConfigProperties config, String protocol, Class<P> service, P provider) {
    return SpanExporters.provider(SpanExporters.OTLP, config)
        .createExporter(new SenderProperties<>(config, protocol, service, provider));
  }

  static SpanExporter overHttp(ConfigProperties config) {
    EncodedRequestCapture capture = new EncodedRequestCapture(OtlpSpanExporter.MAX_REQUEST_BYTES);
    SpanExporter exporter = stock(config, SpanExporters.HTTP, HttpSenderProvider.class, capture);
    HttpSenderConfig sender = capture.config();
    return sender == null ? exporter : new OtlpSpanExporter(exporter, capture, sender);
  }

  /** Returns the exporter over gRPC, or null if the class path has no sender for it. */
  static @Nullable SpanExporter overGrpc(ConfigProperties config) {
    Iterator<GrpcSenderProvider> senders =
        config.getComponentLoader().load(GrpcSenderProvider.class).iterator();
    if (!senders.hasNext()) {
      return null;
    }
    GrpcResponseCapture capture = new GrpcResponseCapture(senders.next());
    SpanExporter exporter = stock(config, SpanExporters.GRPC, GrpcSenderProvider.class, capture);
    if (exporter instanceof OtlpGrpcSpanExporter stock) {
      // The pipeline retries, and for longer than the sender would.
      exporter = stock.toBuilder().setRetryPolicy(null).build();
    }
    GrpcSenderConfig sender = capture.config();
    return sender == null ? exporter : new GrpcSpanExporter(exporter, capture, sender);
  }
}
