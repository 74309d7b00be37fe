/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.spring;

import dev.observe.Metrics;
import dev.observe.MetricsBuilder;
import dev.observe.Observe;
import dev.observe.Tracing;
import dev.observe.TracingBuilder;
import dev.observe.internal.config.Setting;
import dev.observe.internal.pipeline.PipelineMetrics;
import dev.observe.internal.start.OpenPipelines;
import dev.observe.servlet.internal.SharedHandles;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The handles of one application context. It closes those that it started, and none that the
 * application started itself.
 *
 * <p>For the thread that starts or closes the context.
 */
final class SpringHandles implements AutoCloseable {
  /** The context whose page shows the default registry although its handle is not global. */
  private static final AtomicReference<@Nullable SpringHandles> DEFAULT_REGISTRY =
      new AtomicReference<>();

  private final SpringSettings settings;
  private @Nullable Tracing tracing;
  private @Nullable Metrics metrics;
  private @Nullable PrometheusRegistry registry;
  private @Nullable MultiCollector pipelines;

  SpringHandles(SpringSettings settings) {
    this.settings = settings;
  }

  SpringSettings settings() {
    return settings;
  }

  /** Returns the tracing that the application started before Spring, or else starts it. */
  Tracing startTracing() {
    Optional<Tracing> current = SharedHandles.ofApplication(Observe.currentTracing());
    if (current.isPresent()) {
      return current.get();
    }
    TracingBuilder builder = Tracing.builder(settings.serviceName());
    settings.properties().forEach(builder::property);
    Tracing started = SharedHandles.start(builder);
    tracing = started;
    return started;
  }

  /**
   * Starts metrics that go to a registry of the application, which serves it.
   *
   * @param global whether the handle may become that of the process
   * @param jvm the default for metrics of the JVM: Micrometer has some under the same names
   */
  Metrics startMetrics(PrometheusRegistry served, boolean global, boolean jvm) {
    MetricsBuilder builder = builder(global).registry(served).disableEndpoint();
    if (!jvm && settings.all().find(Setting.JVM_METRICS) == null) {
      builder.disableJvmMetrics();
    }
    Metrics started = SharedHandles.start(builder);
    metrics = started;
    // The other metrics beside the registry describe the page, which is not served.
    MultiCollector added = new PipelineMetrics(OpenPipelines::all);
    served.register(added);
    registry = served;
    pipelines = added;
    return started;
  }

  /**
   * Returns the metrics that the application started before Spring, or else starts them.
   *
   * @param global whether the handle may become that of the process
   */
  Metrics startMetrics(boolean global) {
    Optional<Metrics> current = SharedHandles.ofApplication(Observe.currentMetrics());
    if (current.isPresent()) {
      return current.get();
    }
    MetricsBuilder builder = builder(global).ignorePortInUse();
    if (!global
        && Observe.currentMetrics().isEmpty()
        && DEFAULT_REGISTRY.compareAndSet(null, this)) {
      builder.registry(PrometheusRegistry.defaultRegistry);
    }
    Metrics started = SharedHandles.start(builder);
    metrics = started;
    return started;
  }

  private MetricsBuilder builder(boolean global) {
    MetricsBuilder builder = Metrics.builder(settings.serviceName());
    settings.properties().forEach(builder::property);
    return global ? builder : builder.disableGlobal();
  }

  /** Closes what it started: after the web server, so that each request has ended. */
  @Override
  public void close() {
    PrometheusRegistry served = registry;
    MultiCollector added = pipelines;
    try {
      SharedHandles.close(tracing, metrics);
    } finally {
      DEFAULT_REGISTRY.compareAndSet(this, null);
      if (served != null && added != null) {
        served.unregister(added);
      }
    }
  }
}
