/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.internal.config.Settings;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.servlet.internal.SharedHandles;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes a span of each request and counts and times it, both from the same two clock readings:
 * {@link TracingFilter} and {@link RequestMetricsFilter} in one.
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
public final class ObserveFilter extends ObservingFilter {
  /** For {@code web.xml}; use {@code create} from code. */
  public ObserveFilter() {}

  ObserveFilter(Supplier<ServerTelemetry> maker, @Nullable RouteResolver routeResolver) {
    super(maker, routeResolver);
  }

  /**
   * Returns a filter that records into two handles.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere, or a
   *     setting is not valid
   */
  public static ObserveFilter create(Tracing tracing, Metrics metrics) {
    return create(tracing.openTelemetry(), metrics.registry());
  }

  /**
   * Returns a filter that records into any OpenTelemetry and any registry.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere, or a
   *     setting is not valid
   */
  public static ObserveFilter create(OpenTelemetry openTelemetry, PrometheusRegistry registry) {
    Settings settings = Settings.of(Map.of());
    return new ObserveFilter(() -> ServerTelemetry.of(openTelemetry, registry, settings), null);
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
