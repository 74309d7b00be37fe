/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import dev.observe.internal.versions.Capabilities;
import dev.observe.internal.versions.Library;
import dev.observe.internal.versions.VersionCheck;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;

/** Creates the stock OTLP exporters, for versions of OpenTelemetry without an SPI for senders. */
final class StockExporters {
  private static final Logger LOGGER = System.getLogger(StockExporters.class.getName());

  /** The log names the loss once for the process, not for each handle. */
  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private StockExporters() {}

  /** Returns the providers that autoconfiguration finds. */
  static Iterable<ConfigurableSpanExporterProvider> providers() {
    return ServiceLoader.load(
        ConfigurableSpanExporterProvider.class,
        AutoConfiguredOpenTelemetrySdk.class.getClassLoader());
  }

  // The pipeline retries, and for longer than the exporters would.

  static SpanExporter overHttp(ConfigProperties config) {
    SpanExporter exporter = create(config, SpanExporters.HTTP);
    if (!(exporter instanceof OtlpHttpSpanExporter stock)) {
      return exporter;
    }
    SpanExporter withoutRetries = stock.toBuilder().setRetryPolicy(null).build();
    stock.shutdown();
    return withoutRetries;
  }

  static SpanExporter overGrpc(ConfigProperties config) {
    SpanExporter exporter = create(config, SpanExporters.GRPC);
    if (!(exporter instanceof OtlpGrpcSpanExporter stock)) {
      return exporter;
    }
    SpanExporter withoutRetries = stock.toBuilder().setRetryPolicy(null).build();
    stock.shutdown();
    return withoutRetries;
  }

  private static SpanExporter create(ConfigProperties config, String protocol) {
    SpanExporter exporter =
        SpanExporters.provider(SpanExporters.OTLP, config)
            .createExporter(new OtlpProperties(config, protocol));
    if (WARNED.compareAndSet(false, true)) {
      LOGGER.log(
          Level.WARNING,
          "OpenTelemetry {0} is on the class path, and the OTLP sender of observe needs {1} or later:"
              + " OpenTelemetry''s own exporter sends the spans. Lost are the collector''s answers"
              + " (rejected spans, final refusals, Retry-After), the spool and Tracing.check(). {2}",
          Library.OPENTELEMETRY.found(),
          Capabilities.SENDERS_SINCE,
          VersionCheck.fix());
    }
    return exporter;
  }
}
