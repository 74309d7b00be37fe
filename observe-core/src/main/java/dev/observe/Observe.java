/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.start.ProcessOpenTelemetry;
import java.util.Optional;

/**
 * Starts tracing and metrics for this process, in one call each.
 *
 * <pre>{@code
 * try (Tracing tracing = Observe.initTracing("shop");
 *     Metrics metrics = Observe.initMetrics("shop")) {
 *   ...
 * }
 * }</pre>
 *
 * <p>Every setting can be made without touching the code; the first of these that says something
 * wins: system property, environment variable, the builder, the default.
 *
 * <p>All methods may be called by any thread.
 *
 * @since 0.1
 */
public final class Observe {
  private Observe() {}

  /**
   * Starts tracing with every default: spans go in batches by OTLP over HTTP to {@code
   * http://localhost:4318}, and are flushed when the handle is closed or the JVM exits. The same as
   * {@code Tracing.builder(serviceName).start()}.
   *
   * @param serviceName the name under which a backend shows the traces; {@code OTEL_SERVICE_NAME}
   *     overrides it
   * @return the handle; close it to flush
   * @throws IllegalArgumentException if the name is blank or a setting is not valid; the message
   *     names the setting
   * @throws IllegalStateException if tracing has been started in this process and not closed
   */
  public static Tracing initTracing(String serviceName) {
    return Tracing.builder(serviceName).start();
  }

  /**
   * Starts metrics with every default: a Prometheus server can scrape {@code
   * http://127.0.0.1:2112/metrics}, which shows the JVM, the process, everything in {@link
   * io.prometheus.metrics.model.registry.PrometheusRegistry#defaultRegistry} and every instrument
   * made with the OpenTelemetry API. The same as {@code Metrics.builder(serviceName).start()}.
   *
   * @param serviceName the name under which the metrics are known; {@code OTEL_SERVICE_NAME}
   *     overrides it
   * @return the handle; close it to free the port
   * @throws IllegalArgumentException if the name is blank or a setting is not valid; the message
   *     names the setting
   * @throws IllegalStateException if metrics have been started in this process and not closed
   * @throws java.io.UncheckedIOException if the port cannot be bound; the message names address and
   *     cause
   */
  public static Metrics initMetrics(String serviceName) {
    return Metrics.builder(serviceName).start();
  }

  /** Returns the tracing that was started for this process and is not closed. */
  public static Optional<Tracing> currentTracing() {
    return ProcessOpenTelemetry.INSTANCE.tracing().current() instanceof Tracing.View view
        ? Optional.of(view.handle())
        : Optional.empty();
  }

  /** Returns the metrics that were started for this process and are not closed. */
  public static Optional<Metrics> currentMetrics() {
    return ProcessOpenTelemetry.INSTANCE.metrics().current() instanceof Metrics.View view
        ? Optional.of(view.handle())
        : Optional.empty();
  }
}
