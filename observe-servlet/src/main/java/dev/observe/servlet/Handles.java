/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.Metrics;
import dev.observe.MetricsBuilder;
import dev.observe.Observe;
import dev.observe.Tracing;
import dev.observe.TracingBuilder;
import dev.observe.config.Settings;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a filter records into that {@code web.xml} made: what the application has started, or else
 * what this starts by the filter's init-params, and then closes too.
 */
final class Handles implements AutoCloseable {
  private static final String SERVICE_NAME = "otel.service.name";

  private final Map<String, String> initParameters = new HashMap<>();
  private final String serviceName;
  private @Nullable Tracing startedTracing;
  private @Nullable Metrics startedMetrics;

  Handles(FilterConfig config) {
    for (String name : Collections.list(config.getInitParameterNames())) {
      initParameters.put(name, config.getInitParameter(name));
    }
    this.serviceName = serviceName(config.getServletContext());
  }

  private String serviceName(ServletContext context) {
    String named = initParameters.get(SERVICE_NAME);
    if (named != null && !named.isBlank()) {
      return named;
    }
    String displayName = context.getServletContextName();
    if (displayName != null && !displayName.isBlank()) {
      return displayName;
    }
    String path = context.getContextPath();
    return path.length() > 1 ? path.substring(1) : "servlet";
  }

  /** Returns the init-params as the code's part of all settings. */
  Settings settings() {
    return Settings.of(initParameters);
  }

  OpenTelemetry openTelemetry() {
    Optional<Tracing> current = Observe.currentTracing();
    if (current.isPresent()) {
      return current.get().openTelemetry();
    }
    TracingBuilder builder = Tracing.builder(serviceName);
    initParameters.forEach(builder::property);
    Tracing tracing = builder.build();
    startedTracing = tracing;
    return tracing.openTelemetry();
  }

  PrometheusRegistry registry() {
    Optional<Metrics> current = Observe.currentMetrics();
    if (current.isPresent()) {
      return current.get().registry();
    }
    MetricsBuilder builder = Metrics.builder(serviceName);
    initParameters.forEach(builder::property);
    Metrics metrics = builder.build();
    startedMetrics = metrics;
    return metrics.registry();
  }

  @Override
  public void close() {
    if (startedTracing != null) {
      startedTracing.close();
    }
    if (startedMetrics != null) {
      startedMetrics.close();
    }
  }
}
