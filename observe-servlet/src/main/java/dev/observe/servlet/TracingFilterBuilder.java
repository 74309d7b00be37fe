/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import io.opentelemetry.api.OpenTelemetry;
import java.util.Objects;

/**
 * Builds a {@link TracingFilter} with options.
 *
 * <p>Where an option has a property name, a system property or an environment variable overrides
 * it. For one thread. An option of one value that is set twice has the last value.
 *
 * @since 0.1
 */
public final class TracingFilterBuilder extends SpanOptions<TracingFilterBuilder> {
  TracingFilterBuilder(OpenTelemetry openTelemetry) {
    super(Objects.requireNonNull(openTelemetry, "openTelemetry"), null);
  }

  @Override
  TracingFilterBuilder self() {
    return this;
  }

  /**
   * Returns the filter. It records nothing before it is initialised.
   *
   * @throws IllegalArgumentException if a setting is not valid; the message names it
   */
  public TracingFilter build() {
    return new TracingFilter(applications(false));
  }
}
