/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.Tracing;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.servlet.internal.ObservedApplications;
import dev.observe.servlet.internal.SharedHandles;
import io.opentelemetry.api.OpenTelemetry;

/**
 * Makes a span of each request, by the semantic conventions, as a child of the caller's.
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
public final class TracingFilter extends ObservingFilter {
  /** Creates a filter for {@code web.xml}; from code, call {@code create} or {@code builder}. */
  public TracingFilter() {
    super(new ObservedApplications());
  }

  TracingFilter(ObservedApplications applications) {
    super(applications);
  }

  /**
   * Returns a filter that makes spans with a handle.
   *
   * @throws IllegalArgumentException if a setting of the spans is not valid
   */
  public static TracingFilter create(Tracing tracing) {
    return builder(tracing).build();
  }

  /**
   * Returns a filter that makes spans with any OpenTelemetry.
   *
   * @throws IllegalArgumentException if a setting of the spans is not valid
   */
  public static TracingFilter create(OpenTelemetry openTelemetry) {
    return builder(openTelemetry).build();
  }

  /** Returns a builder of a filter that makes spans with a handle. */
  public static TracingFilterBuilder builder(Tracing tracing) {
    return builder(tracing.openTelemetry());
  }

  /** Returns a builder of a filter that makes spans with any OpenTelemetry. */
  public static TracingFilterBuilder builder(OpenTelemetry openTelemetry) {
    return new TracingFilterBuilder(openTelemetry);
  }

  @Override
  ServerTelemetry telemetry(SharedHandles found) {
    return ServerTelemetry.ofTraces(found.openTelemetry(), found.settings());
  }
}
