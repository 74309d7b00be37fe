/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link ObserveFilter} with options.
 *
 * <p>Where an option has a property name, a system property or an environment variable overrides
 * it. For one thread. An option of one value that is set twice has the last value.
 *
 * @since 0.1
 */
public final class ObserveFilterBuilder extends SpanOptions<ObserveFilterBuilder> {
  ObserveFilterBuilder(OpenTelemetry openTelemetry, PrometheusRegistry registry) {
    super(
        Objects.requireNonNull(openTelemetry, "openTelemetry"),
        Objects.requireNonNull(registry, "registry"));
  }

  @Override
  ObserveFilterBuilder self() {
    return this;
  }

  /**
   * Adds a label to the request metrics. Every filter of the registry must have the same labels.
   *
   * @param name a Prometheus label name
   * @param maxValues how many values are kept apart, from 1 to 100; any further one counts as
   *     {@code _other}
   * @param value called when a request ends; must be fast and not throw; null means no label
   * @throws IllegalArgumentException if the name is not valid or used already, the number is out of
   *     range, or there are 5 labels already
   */
  public ObserveFilterBuilder addLabel(
      String name, int maxValues, Function<HttpServletRequest, @Nullable String> value) {
    return label(name, maxValues, value);
  }

  /**
   * Returns the filter. It records nothing, and registers nothing, before it is initialised.
   *
   * @throws IllegalArgumentException if a setting is not valid, which the message names, or the
   *     registry holds request metrics from elsewhere
   */
  public ObserveFilter build() {
    return new ObserveFilter(applications(false));
  }
}
