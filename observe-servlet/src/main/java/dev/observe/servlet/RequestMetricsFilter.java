/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.Metrics;
import dev.observe.internal.config.Settings;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.servlet.internal.SharedHandles;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Counts and times each request: {@code http_server_request_duration_seconds}, {@code
 * http_server_requests_total} and {@code http_server_active_requests}.
 *
 * <p>Map it to {@code /*}, before other filters, for {@code REQUEST} dispatches; mapping it for
 * every dispatcher type does no harm. Together with other filters of observe a request is still
 * measured once.
 *
 * <p>From {@code web.xml} it is made without arguments. It then records into what {@link
 * dev.observe.Observe} has started in this process, or else starts what it needs: init-params are
 * property names, such as {@code otel.service.name}, and the service name defaults to the display
 * name of the application or its context path.
 *
 * <p>Used by any number of threads. Nothing that fails in it fails a request.
 *
 * @since 0.1
 */
public final class RequestMetricsFilter extends ObservingFilter {
  /** For {@code web.xml}; use {@code create} from code. */
  public RequestMetricsFilter() {}

  private RequestMetricsFilter(Supplier<ServerTelemetry> maker) {
    super(maker, null);
  }

  /**
   * Returns a filter that records into the registry of a handle.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere, or a
   *     setting is not valid
   */
  public static RequestMetricsFilter create(Metrics metrics) {
    return create(metrics.registry());
  }

  /**
   * Returns a filter that records into any registry.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere, or a
   *     setting is not valid
   */
  public static RequestMetricsFilter create(PrometheusRegistry registry) {
    Settings settings = Settings.of(Map.of());
    return new RequestMetricsFilter(() -> ServerTelemetry.ofMetrics(registry, settings));
  }

  @Override
  ServerTelemetry telemetry(SharedHandles found) {
    return ServerTelemetry.ofMetrics(found.registry(), found.settings());
  }
}
