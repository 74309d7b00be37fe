/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.instrumentation.servlet.v3_0.ServletTelemetry;
import javax.servlet.Filter;
import javax.servlet.ServletException;

/**
 * OpenTelemetry's library filter for Servlet 3 and 4: none for the jakarta packages can be
 * resolved. It records spans and metrics without a route.
 */
final class OpenTelemetryPeer implements Subject {
  private final Sdk sdk;
  private final Filter filter;

  OpenTelemetryPeer(Scenario scenario) throws ServletException {
    sdk = Sdk.of(scenario, scenario.metrics());
    OpenTelemetry openTelemetry =
        scenario.tracing() ? sdk.openTelemetry : new MetricsOnly(sdk.openTelemetry);
    filter = ServletTelemetry.create(openTelemetry).createFilter();
    filter.init(new FakeJavaxContext());
  }

  @Override
  public void serve(Exchange exchange) throws Exception {
    filter.doFilter(exchange.javaxRequest, exchange.javaxResponse, exchange.javaxChain);
  }

  @Override
  public long spans() {
    return sdk.ended();
  }

  @Override
  public double counted() {
    return sdk.counted();
  }

  /** No tracer provider, as with {@code OTEL_TRACES_EXPORTER=none} and no processor. */
  private record MetricsOnly(OpenTelemetry all) implements OpenTelemetry {
    @Override
    public io.opentelemetry.api.trace.TracerProvider getTracerProvider() {
      return io.opentelemetry.api.trace.TracerProvider.noop();
    }

    @Override
    public io.opentelemetry.api.metrics.MeterProvider getMeterProvider() {
      return all.getMeterProvider();
    }

    @Override
    public io.opentelemetry.context.propagation.ContextPropagators getPropagators() {
      return all.getPropagators();
    }
  }
}
