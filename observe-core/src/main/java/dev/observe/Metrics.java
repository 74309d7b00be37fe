/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.exposition.PageOwner;
import dev.observe.internal.pages.HealthChecks;
import dev.observe.internal.start.ProcessOpenTelemetry;
import dev.observe.internal.start.SingleShutdown;
import dev.observe.internal.start.StartedMetrics;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The handle of started metrics. Closing it frees the port and removes the metrics of observe from
 * the registry.
 *
 * <pre>{@code
 * try (Metrics metrics = Observe.initMetrics("shop")) {
 *   metrics.gauge("queue_size", queue::size);
 *   metrics.counter("orders").inc();
 * }
 * }</pre>
 *
 * <p>All methods may be called by any thread, also after {@link #close()}; then the page is no
 * longer served. Timeouts of {@link #flush} and {@link #shutdown} may be of any length; zero and
 * negative ones do not wait.
 *
 * @since 0.1
 */
public final class Metrics implements AutoCloseable {
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);

  private final String serviceName;
  private final StartedMetrics started;
  private final View view = new View();
  private final SingleShutdown shutdown = new SingleShutdown();

  Metrics(String serviceName, StartedMetrics started) {
    this.serviceName = serviceName;
    this.started = started;
  }

  /**
   * Returns a builder for metrics with options.
   *
   * @param serviceName the name under which the page and the pushed metrics name the application
   * @throws IllegalArgumentException if the name is blank
   */
  public static MetricsBuilder builder(String serviceName) {
    return new MetricsBuilder(serviceName);
  }

  /** Returns the name that the code passed at the start. */
  public String serviceName() {
    return serviceName;
  }

  /** Returns the registry of the page, where applications register further metrics. */
  public PrometheusRegistry registry() {
    return started.registry();
  }

  /**
   * Returns the address of the page, with the port that was bound: {@code /metrics}, or {@code
   * /metrics/shop} while several applications of this JVM share the port.
   *
   * @throws IllegalStateException if no endpoint serves the page
   */
  public URI uri() {
    URI uri = started.uri();
    if (uri == null) {
      throw new IllegalStateException(
          "the endpoint must be enabled to have a URI; drop disableEndpoint() from the builder");
    }
    return uri;
  }

  /**
   * Returns the OpenTelemetry that creates instruments. Its tracers are those of the process-wide
   * {@link Tracing}, or without effect if none is started.
   */
  public OpenTelemetry openTelemetry() {
    return view;
  }

  /** Returns a meter for the application's instruments, named after the service. */
  public Meter meter() {
    return started.meterProvider().get(serviceName);
  }

  /**
   * Returns the timer with this name; the first call registers it. {@code
   * metrics.timer("checkout")} is {@code checkout_seconds} on the page.
   *
   * <p>For labels or other buckets, register a histogram in {@link #registry()}.
   *
   * @param name letters, digits and underscores; dots and dashes become underscores
   * @throws IllegalArgumentException if the name is not a valid metric name or belongs to an
   *     instrument of another type
   */
  public Timer timer(String name) {
    return started.instruments().timer(name);
  }

  /**
   * Returns the counter with this name; the first call registers it. {@code
   * metrics.counter("orders")} is {@code orders_total} on the page.
   *
   * @param name letters, digits and underscores; dots and dashes become underscores
   * @throws IllegalArgumentException if the name is not a valid metric name or belongs to an
   *     instrument of another type
   */
  public Counter counter(String name) {
    return started.instruments().counter(name);
  }

  /**
   * Returns the gauge with this name; the first call registers it. {@code
   * metrics.gauge("temperature")} is {@code temperature} on the page.
   *
   * @param name letters, digits and underscores; dots and dashes become underscores
   * @throws IllegalArgumentException if the name is not a valid metric name or belongs to an
   *     instrument of another type
   */
  public Gauge gauge(String name) {
    return started.instruments().gauge(name);
  }

  /**
   * Registers a gauge whose value is read at each scrape: {@code metrics.gauge("queue_size",
   * queue::size)}. Calling this again with the same name replaces the supplier.
   *
   * @param name letters, digits and underscores; dots and dashes become underscores
   * @param value must be fast and thread-safe
   * @throws IllegalArgumentException if the name is not a valid metric name or belongs to an
   *     instrument of another type
   */
  public void gauge(String name, DoubleSupplier value) {
    started.instruments().gauge(name, Objects.requireNonNull(value, "value"));
  }

  /**
   * Adds a check whether the process needs to be restarted, or replaces the check with this name.
   * It runs for {@code /healthz} and {@code /readyz}; its result is {@code
   * observe_health_check_up}.
   *
   * @param name letters, digits, {@code . _ -} and spaces
   * @param timeout of one check, at most one minute
   * @param check returns if the process is healthy, throws if not
   * @throws IllegalArgumentException if the name or the timeout is not valid, or if there are 100
   *     checks already
   */
  public void addLivenessCheck(String name, Duration timeout, HealthCheck check) {
    started.checks().add(HealthChecks.Kind.LIVENESS, name, timeout, check);
  }

  /**
   * Adds a check whether the process can serve requests, or replaces the check with this name. It
   * runs for {@code /readyz}; its result is {@code observe_health_check_up}: {@code
   * metrics.addReadinessCheck("database", Duration.ofSeconds(2), () ->
   * dataSource.getConnection().close())}.
   *
   * @param name letters, digits, {@code . _ -} and spaces
   * @param timeout of one check, at most one minute
   * @param check returns if the process can serve, throws if not
   * @throws IllegalArgumentException if the name or the timeout is not valid, or if there are 100
   *     checks already
   */
  public void addReadinessCheck(String name, Duration timeout, HealthCheck check) {
    started.checks().add(HealthChecks.Kind.READINESS, name, timeout, check);
  }

  /**
   * Pushes the current values to the receivers that {@code OTEL_METRICS_EXPORTER} and {@code
   * OBSERVE_METRICS_PUSHGATEWAY} name. The page needs no flush: a scrape reads the current values.
   *
   * @param timeout the longest wait
   * @return whether all pushes were accepted; true without receivers
   */
  public boolean flush(Duration timeout) {
    return started.flush(timeout);
  }

  /**
   * Closes the endpoint, pushes the final values, and removes the metrics of observe from the
   * registry. Concurrent and later calls wait for the first one and return the same report.
   *
   * @param timeout the longest wait for the final pushes
   * @return the account of the final pushes
   */
  public ShutdownReport shutdown(Duration timeout) {
    return shutdown.run(
        () -> {
          ProcessOpenTelemetry.INSTANCE.metrics().empty(view);
          return started.shutdown(timeout);
        });
  }

  /** Calls {@link #shutdown} with 5 seconds. */
  @Override
  public void close() {
    shutdown(SHUTDOWN_TIMEOUT);
  }

  @Override
  public String toString() {
    return "Metrics{serviceName=" + serviceName + '}';
  }

  View view() {
    return view;
  }

  void closeAtExit() {
    shutdown.atExit("observe-metrics-exit", this::close);
  }

  /** Instruments and page of this handle, spans of the process. */
  final class View implements ProcessOpenTelemetry.Occupant, PageOwner {
    Metrics handle() {
      return Metrics.this;
    }

    @Override
    public String serviceName() {
      return serviceName;
    }

    @Override
    public TracerProvider getTracerProvider() {
      return ProcessOpenTelemetry.INSTANCE.getTracerProvider();
    }

    @Override
    public MeterProvider getMeterProvider() {
      return started.meterProvider();
    }

    @Override
    public ContextPropagators getPropagators() {
      return ProcessOpenTelemetry.INSTANCE.getPropagators();
    }

    @Override
    public MetricsPage page() {
      return started.page();
    }

    @Override
    public PageOwner.@Nullable Live live() {
      return started.info().live();
    }
  }
}
