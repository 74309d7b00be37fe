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
 * All that a service does to be observed. This is the class to copy: the rest of the shop is a web
 * application like any other.
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
            // Two services share this process, so neither may be the global one, and the process
            // closes them in its own order. Leave both lines out in yours.
            .disableGlobal()
            .disableShutdownHook();
    if (!Collector.isNamed()) {
      // Nobody to send to yet: print each trace as it ends. Leave this out, too, and spans go to
      // the collector on this machine, or to where OTEL_EXPORTER_OTLP_ENDPOINT says.
      traces.exporter("none").addSpanExporter(terminal).simple();
    }
    Tracing tracing = traces.start();
    try {
      // The page for Prometheus. Again, disableGlobal() is for two services in one process.
      return new Telemetry(
          tracing, Metrics.builder(service).port(metricsPort).disableGlobal().start());
    } catch (RuntimeException e) {
      tracing.close();
      throw e;
    }
  }

  /** What comes in: before every servlet, for a span and a measurement of each request. */
  Filter filter() {
    return ObserveFilter.create(tracing, metrics);
  }

  /** What goes out: for a span of each call, and the same trace in the service that is called. */
  HttpClient observed(HttpClient client) {
    return ObservedHttpClient.wrap(client, tracing, metrics);
  }

  /** For spans of one's own, inside those of the requests. */
  Tracing tracing() {
    return tracing;
  }

  /** For instruments of one's own. */
  Metrics metrics() {
    return metrics;
  }

  /** Sends what has not been sent. */
  @Override
  public void close() {
    tracing.close();
    metrics.close();
  }
}
