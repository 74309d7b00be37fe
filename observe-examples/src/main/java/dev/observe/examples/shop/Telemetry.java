/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.TracingBuilder;
import dev.observe.client.ObservedHttpClient;
import dev.observe.servlet.ObserveFilter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import jakarta.servlet.Filter;
import java.net.http.HttpClient;

/**
 * Everything that a service needs to be observed. Copy this class: the rest of the shop is an
 * ordinary web application.
 */
final class Telemetry implements AutoCloseable {
  private final Tracing tracing;
  private final Metrics metrics;

  private Telemetry(Tracing tracing, Metrics metrics) {
    this.tracing = tracing;
    this.metrics = metrics;
  }

  static Telemetry start(String service, int metricsPort, SpanExporter terminal) {
    TracingBuilder traces =
        Tracing.builder(service)
            // Two services share this process, so neither may be the global one, and the shop
            // closes them in order. A process with one service needs neither line.
            .disableGlobal()
            .disableShutdownHook()
            // The traces of both services are on the live page, whose address the start prints.
            .live();
    if (!Collector.isNamed()) {
      // Without a collector, each trace is printed when it ends. Without this line spans go to the
      // collector on this machine, or to OTEL_EXPORTER_OTLP_ENDPOINT.
      traces.exporter("none").addSpanExporter(terminal).simple();
    }
    Tracing tracing = traces.start();
    try {
      // The page for Prometheus. disableGlobal() is again for two services in one process.
      return new Telemetry(
          tracing, Metrics.builder(service).port(metricsPort).disableGlobal().live().start());
    } catch (RuntimeException e) {
      tracing.close();
      throw e;
    }
  }

  /** Returns the filter before every servlet, for a span and a measurement of each request. */
  Filter filter() {
    return ObserveFilter.create(tracing, metrics);
  }

  /**
   * Returns a client that makes a span of each call, and continues the trace in the called service.
   */
  HttpClient observed(HttpClient client) {
    return ObservedHttpClient.wrap(client, tracing, metrics);
  }

  /** Returns the tracer for the service's spans, which become children of the requests'. */
  Tracing tracing() {
    return tracing;
  }

  /** Returns the meter for the service's instruments. */
  Metrics metrics() {
    return metrics;
  }

  /** Sends the remaining spans and metrics. */
  @Override
  public void close() {
    tracing.close();
    metrics.close();
  }
}
