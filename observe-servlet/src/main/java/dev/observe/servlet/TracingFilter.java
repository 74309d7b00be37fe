/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.Tracing;
import dev.observe.internal.config.Settings;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.servlet.internal.SharedHandles;
import io.opentelemetry.api.OpenTelemetry;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Makes a span of each request, by the semantic conventions, as a child of the caller's.
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
public final class TracingFilter extends ObservingFilter {
  /** For {@code web.xml}; use {@code create} from code. */
  public TracingFilter() {}

  private TracingFilter(Supplier<ServerTelemetry> maker) {
    super(maker, null);
  }

  /**
   * Returns a filter that makes spans with a handle.
   *
   * @throws IllegalArgumentException if a setting of the spans is not valid
   */
  public static TracingFilter create(Tracing tracing) {
    return create(tracing.openTelemetry());
  }

  /**
   * Returns a filter that makes spans with any OpenTelemetry.
   *
   * @throws IllegalArgumentException if a setting of the spans is not valid
   */
  public static TracingFilter create(OpenTelemetry openTelemetry) {
    Settings settings = Settings.of(Map.of());
    return new TracingFilter(() -> ServerTelemetry.ofTraces(openTelemetry, settings));
  }

  @Override
  ServerTelemetry telemetry(SharedHandles found) {
    return ServerTelemetry.ofTraces(found.openTelemetry(), found.settings());
  }
}
