/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.start.ProcessOpenTelemetry;
import java.util.Optional;

/**
 * Starts tracing and metrics for this process with one call each.
 *
 * <pre>{@code
 * try (Tracing tracing = Observe.initTracing("shop");
 *     Metrics metrics = Observe.initMetrics("shop")) {
 *   ...
 * }
 * }</pre>
 *
 * <p>Every setting can be made without code. The first of these sources with a value decides:
 * system property, environment variable, builder, file ({@code observe.properties} on the class
 * path), default.
 *
 * <p>All methods may be called by any thread.
 *
 * @since 0.1
 */
public final class Observe {
  private Observe() {}

  /**
   * Starts tracing with the defaults, like {@code Tracing.builder(serviceName).start()}. Spans are
   * sent in batches by OTLP over HTTP to {@code http://localhost:4318}, and delivered when the
   * handle is closed or the JVM exits.
   *
   * @param serviceName the name under which a backend shows the traces; {@code OTEL_SERVICE_NAME}
   *     overrides it
   * @return the handle; closing it delivers the waiting spans
   * @throws IllegalArgumentException if the name is blank or a setting is not valid; the message
   *     names the setting
   * @throws IllegalStateException if tracing has been started in this process and not closed
   */
  public static Tracing initTracing(String serviceName) {
    return Tracing.builder(serviceName).start();
  }

  /**
   * Starts metrics with the defaults, like {@code Metrics.builder(serviceName).start()}. Prometheus
   * can scrape {@code http://127.0.0.1:2112/metrics}, with metrics of the JVM and the process, of
   * {@link io.prometheus.metrics.model.registry.PrometheusRegistry#defaultRegistry} and of the
   * instruments of the OpenTelemetry API.
   *
   * @param serviceName the value of {@code service_name} in {@code target_info}; {@code
   *     OTEL_SERVICE_NAME} overrides it
   * @return the handle; closing it frees the port
   * @throws IllegalArgumentException if the name is blank or a setting is not valid; the message
   *     names the setting
   * @throws IllegalStateException if metrics have been started in this process and not closed
   * @throws java.io.UncheckedIOException if the port cannot be bound; the message names address and
   *     cause
   */
  public static Metrics initMetrics(String serviceName) {
    return Metrics.builder(serviceName).start();
  }

  /** Returns the tracing handle of this process, if one is started and not closed. */
  public static Optional<Tracing> currentTracing() {
    return ProcessOpenTelemetry.INSTANCE.tracing().current() instanceof Tracing.View view
        ? Optional.of(view.handle())
        : Optional.empty();
  }

  /** Returns the metrics handle of this process, if one is started and not closed. */
  public static Optional<Metrics> currentMetrics() {
    return ProcessOpenTelemetry.INSTANCE.metrics().current() instanceof Metrics.View view
        ? Optional.of(view.handle())
        : Optional.empty();
  }
}
