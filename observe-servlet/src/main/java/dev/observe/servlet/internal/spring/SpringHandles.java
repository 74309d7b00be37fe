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
import dev.observe.internal.request.series.RequestMetrics;
import dev.observe.internal.start.OpenPipelines;
import dev.observe.internal.util.FatalErrors;
import dev.observe.servlet.internal.SharedHandles;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The handles of one application context. It closes those that it started, and none that the
 * application started itself.
 *
 * <p>For the thread that starts or closes the context.
 */
final class SpringHandles implements AutoCloseable {
  private static final long LAST_REQUESTS_NANOS = 1_000_000_000L;
  private static final long POLL_NANOS = 10_000_000L;

  /** The context whose page shows the default registry although its handle is not global. */
  private static final AtomicReference<@Nullable SpringHandles> DEFAULT_REGISTRY =
      new AtomicReference<>();

  private final SpringSettings settings;
  private @Nullable Tracing tracing;
  private @Nullable Metrics metrics;
  private @Nullable PrometheusRegistry registry;
  private @Nullable MultiCollector pipelines;
  private @Nullable PrometheusRegistry measured;

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

  /** Notes the registry that counts the requests, whose end the close awaits. */
  void awaitRequestsOf(PrometheusRegistry counting) {
    measured = counting;
  }

  private MetricsBuilder builder(boolean global) {
    MetricsBuilder builder = Metrics.builder(settings.serviceName());
    settings.properties().forEach(builder::property);
    return global ? builder : builder.disableGlobal();
  }

  /** Closes what it started: after the web server, so that each request has ended. */
  @Override
  public void close() {
    if (measured != null) {
      awaitRequests(measured);
    }
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

  /**
   * Waits shortly for requests whose response the server has sent while their thread is still in
   * the filter: Undertow stops then, and Tomcat before it handles an error.
   */
  private static void awaitRequests(PrometheusRegistry registry) {
    long deadline = System.nanoTime() + LAST_REQUESTS_NANOS;
    while (active(registry) > 0 && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(POLL_NANOS);
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
    // A request is counted as ended just before its span ends.
    LockSupport.parkNanos(POLL_NANOS);
  }

  private static double active(PrometheusRegistry registry) {
    double active = 0;
    try {
      for (MetricSnapshot metric : registry.scrape(RequestMetrics.ACTIVE::equals)) {
        for (DataPointSnapshot point : metric.getDataPoints()) {
          active += point instanceof GaugeDataPointSnapshot gauge ? gauge.getValue() : 0;
        }
      }
    } catch (Throwable e) {
      // A collector of the application failed: the handles close without this wait.
      FatalErrors.rethrow(e);
    }
    return active;
  }
}
