/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.servlet.internal.ObservedApplications;
import dev.observe.servlet.internal.SharedHandles;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/**
 * Makes a span of each request, and counts and times it, from the same two clock readings: {@link
 * TracingFilter} and {@link RequestMetricsFilter} in one.
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
public final class ObserveFilter extends ObservingFilter {
  /** Creates a filter for {@code web.xml}; from code, call {@code create} or {@code builder}. */
  public ObserveFilter() {
    super(new ObservedApplications());
  }

  ObserveFilter(ObservedApplications applications) {
    super(applications);
  }

  /**
   * Returns a filter that records into two handles.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere, or a
   *     setting is not valid
   */
  public static ObserveFilter create(Tracing tracing, Metrics metrics) {
    return builder(tracing, metrics).build();
  }

  /**
   * Returns a filter that records into any OpenTelemetry and any registry.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere, or a
   *     setting is not valid
   */
  public static ObserveFilter create(OpenTelemetry openTelemetry, PrometheusRegistry registry) {
    return builder(openTelemetry, registry).build();
  }

  /** Returns a builder of a filter that records into two handles. */
  public static ObserveFilterBuilder builder(Tracing tracing, Metrics metrics) {
    return builder(tracing.openTelemetry(), metrics.registry());
  }

  /** Returns a builder of a filter that records into any OpenTelemetry and any registry. */
  public static ObserveFilterBuilder builder(
      OpenTelemetry openTelemetry, PrometheusRegistry registry) {
    return new ObserveFilterBuilder(openTelemetry, registry);
  }

  @Override
  ServerTelemetry telemetry(SharedHandles found) {
    return ServerTelemetry.of(found.openTelemetry(), found.registry(), found.settings());
  }
}
