/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Starts tracing and metrics in one call each.
 *
 * <p>The {@code internal} packages are open to observe's own modules only, and may change at any
 * time.
 */
@SuppressWarnings("module") // observe.servlet and observe.testing are not there when this compiles.
module dev.observe {
  requires transitive io.opentelemetry.api;
  requires transitive io.opentelemetry.context;
  requires transitive io.opentelemetry.sdk.autoconfigure.spi;
  requires transitive io.opentelemetry.sdk.common;
  requires transitive io.opentelemetry.sdk.trace;
  requires transitive io.prometheus.metrics.core;
  requires transitive io.prometheus.metrics.model;
  requires transitive java.net.http;
  requires io.opentelemetry.exporter.otlp;
  requires io.opentelemetry.sdk;
  requires io.opentelemetry.sdk.autoconfigure;
  requires io.opentelemetry.sdk.metrics;
  requires io.prometheus.metrics.config;
  requires io.prometheus.metrics.exporter.common;
  requires io.prometheus.metrics.tracer.common;
  requires io.prometheus.metrics.tracer.initializer;
  requires io.prometheus.writer.text;
  requires java.logging;
  requires java.management;
  // The oldest supported versions of OpenTelemetry do not have it.
  requires static io.opentelemetry.common;
  requires static jdk.management;
  requires static kotlin.stdlib;
  requires static org.jspecify;
  requires static org.junit.jupiter.api;
  requires static org.slf4j;

  exports dev.observe;
  exports dev.observe.client;
  exports dev.observe.console;
  exports dev.observe.sampling;
  exports dev.observe.internal.config to
      dev.observe.servlet;
  exports dev.observe.internal.exposition to
      dev.observe.servlet,
      dev.observe.testing;
  exports dev.observe.internal.pipeline to
      dev.observe.servlet;
  exports dev.observe.internal.request to
      dev.observe.servlet;
  exports dev.observe.internal.request.series to
      dev.observe.servlet;
  exports dev.observe.internal.start to
      dev.observe.servlet;
  exports dev.observe.internal.util to
      dev.observe.servlet;

  provides io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSamplerProvider with
      dev.observe.sampling.RateLimitedSamplerProvider,
      dev.observe.sampling.ParentBasedRateLimitedSamplerProvider,
      dev.observe.sampling.RouteRulesSamplerProvider,
      dev.observe.sampling.ParentBasedRouteRulesSamplerProvider;
  provides io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider with
      dev.observe.console.ConsoleSpanExporterProvider;

  uses io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
  uses io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSamplerProvider;
  uses io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
}
