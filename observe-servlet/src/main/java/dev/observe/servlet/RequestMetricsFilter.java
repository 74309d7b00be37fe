/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.Metrics;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.servlet.internal.ObservedApplications;
import dev.observe.servlet.internal.SharedHandles;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/**
 * Counts and times each request: {@code http_server_request_duration_seconds}, {@code
 * http_server_requests_total} and {@code http_server_active_requests}.
 *
 * <p>Map it to {@code /*}, before other filters, for {@code REQUEST} dispatches; other dispatcher
 * types do no harm. Several filters of observe measure a request once together.
 *
 * <p>A filter of {@code web.xml} is created without arguments. It records into the handles that
 * {@link dev.observe.Observe} started in this process, or else starts the handles that it needs.
 * Init-params are property names, such as {@code otel.service.name}; the service name defaults to
 * the display name of the application or its context path.
 *
 * <p>Safe for use by any number of threads. A failure in it does not fail a request.
 *
 * @since 0.1
 */
public final class RequestMetricsFilter extends ObservingFilter {
  /** Creates a filter for {@code web.xml}; from code, call {@code create} or {@code builder}. */
  public RequestMetricsFilter() {
    super(new ObservedApplications());
  }

  RequestMetricsFilter(ObservedApplications applications) {
    super(applications);
  }

  /**
   * Returns a filter that records into the registry of a handle.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere, or a
   *     setting is not valid
   */
  public static RequestMetricsFilter create(Metrics metrics) {
    return builder(metrics).build();
  }

  /**
   * Returns a filter that records into any registry.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere, or a
   *     setting is not valid
   */
  public static RequestMetricsFilter create(PrometheusRegistry registry) {
    return builder(registry).build();
  }

  /** Returns a builder of a filter that records into the registry of a handle. */
  public static RequestMetricsFilterBuilder builder(Metrics metrics) {
    return builder(metrics.registry());
  }

  /** Returns a builder of a filter that records into any registry. */
  public static RequestMetricsFilterBuilder builder(PrometheusRegistry registry) {
    return new RequestMetricsFilterBuilder(registry);
  }

  @Override
  ServerTelemetry telemetry(SharedHandles found) {
    return ServerTelemetry.ofMetrics(found.registry(), found.settings());
  }
}
