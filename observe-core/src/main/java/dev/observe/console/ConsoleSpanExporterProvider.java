/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.console;

import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * Provides {@link ConsoleSpanExporter} for {@code OTEL_TRACES_EXPORTER=console}. Thread-safe.
 *
 * @since 0.1
 */
public final class ConsoleSpanExporterProvider implements ConfigurableSpanExporterProvider {
  /** For {@link java.util.ServiceLoader}. */
  public ConsoleSpanExporterProvider() {}

  @Override
  public SpanExporter createExporter(ConfigProperties config) {
    return ConsoleSpanExporter.create();
  }

  /** Returns {@code console}, the name in {@code OTEL_TRACES_EXPORTER}. */
  @Override
  public String getName() {
    return "console";
  }
}
