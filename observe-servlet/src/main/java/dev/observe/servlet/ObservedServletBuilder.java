/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.Metrics;
import dev.observe.Tracing;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link ObservedServlet} with options.
 *
 * <p>Where an option has a property name, a system property or an environment variable overrides
 * it. For one thread. An option of one value that is set twice has the last value.
 *
 * @since 0.1
 */
public final class ObservedServletBuilder extends SpanOptions<ObservedServletBuilder> {
  private final Servlet servlet;

  ObservedServletBuilder(Servlet servlet) {
    super(null, null);
    this.servlet = Objects.requireNonNull(servlet, "servlet");
  }

  @Override
  ObservedServletBuilder self() {
    return this;
  }

  /** Makes a span of each request, with a handle. */
  public ObservedServletBuilder tracing(Tracing tracing) {
    return openTelemetry(tracing.openTelemetry());
  }

  /** Makes a span of each request, with any OpenTelemetry. */
  public ObservedServletBuilder openTelemetry(OpenTelemetry openTelemetry) {
    this.openTelemetry = Objects.requireNonNull(openTelemetry, "openTelemetry");
    return this;
  }

  /** Counts and times each request in the registry of a handle. */
  public ObservedServletBuilder metrics(Metrics metrics) {
    return registry(metrics.registry());
  }

  /** Counts and times each request in any registry. */
  public ObservedServletBuilder registry(PrometheusRegistry registry) {
    this.registry = Objects.requireNonNull(registry, "registry");
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
  public ObservedServletBuilder addLabel(
      String name, int maxValues, Function<HttpServletRequest, @Nullable String> value) {
    return label(name, maxValues, value);
  }

  /**
   * Returns the servlet. It records nothing, and registers nothing, before it is initialised.
   *
   * @throws IllegalStateException if it would record neither spans nor metrics
   * @throws IllegalArgumentException if a setting is not valid, which the message names, or the
   *     registry holds request metrics from elsewhere
   */
  public Servlet build() {
    if (openTelemetry == null && registry == null) {
      throw new IllegalStateException(
          "an ObservedServlet must record spans or metrics, and has neither; call tracing(...),"
              + " metrics(...) or both");
    }
    return new ObservedServlet(servlet, applications(true));
  }
}
