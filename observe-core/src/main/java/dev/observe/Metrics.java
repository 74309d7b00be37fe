/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.instrument.Instruments;
import dev.observe.internal.instrument.RegistryMetrics;
import dev.observe.internal.jvm.JvmMetrics;
import dev.observe.internal.pages.HealthChecks;
import dev.observe.internal.push.Pushgateway;
import dev.observe.internal.server.MetricsEndpoint;
import dev.observe.internal.start.InfoPages;
import dev.observe.internal.start.ProcessOpenTelemetry;
import dev.observe.internal.start.ShutdownHook;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The handle of started metrics. Close it to free the port and to take what observe registered off
 * the registry.
 *
 * <p>All methods may be called by any thread, and again after {@link #close()}, when the page is no
 * longer served.
 *
 * @since 0.1
 */
public final class Metrics implements AutoCloseable {
  private final String serviceName;
  private final OpenTelemetrySdk sdk;
  private final PrometheusRegistry registry;
  private final JvmMetrics jvm;
  private final MetricsPage page;
  private final InfoPages info;
  private final @Nullable MetricsEndpoint endpoint;
  private final @Nullable Pushgateway pushgateway;
  private final Instruments instruments;
  private final View view = new View();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable ShutdownHook hook;

  Metrics(
      String serviceName,
      OpenTelemetrySdk sdk,
      PrometheusRegistry registry,
      JvmMetrics jvm,
      MetricsPage page,
      InfoPages info,
      Instruments instruments,
      @Nullable MetricsEndpoint endpoint,
      @Nullable Pushgateway pushgateway) {
    this.serviceName = serviceName;
    this.sdk = sdk;
    this.registry = registry;
    this.jvm = jvm;
    this.page = page;
    this.info = info;
    this.endpoint = endpoint;
    this.pushgateway = pushgateway;
    this.instruments = instruments;
  }

  /**
   * Returns a builder for metrics that are not all defaults.
   *
   * @param serviceName the name under which the metrics are known
   * @throws IllegalArgumentException if the name is blank
   */
  public static MetricsBuilder builder(String serviceName) {
    return new MetricsBuilder(serviceName);
  }

  /** Returns the name that was given at the start. */
  public String serviceName() {
    return serviceName;
  }

  /** Returns the registry whose metrics are on the page: register counters of your own in it. */
  public PrometheusRegistry registry() {
    return registry;
  }

  /** Returns the page itself, to serve it in another place than the endpoint. */
  public MetricsPage page() {
    return page;
  }

  /**
   * Returns where the page is served, with the port that was really bound.
   *
   * @throws IllegalStateException if the endpoint was disabled
   */
  public URI uri() {
    if (endpoint == null) {
      throw new IllegalStateException(
          "the endpoint must be enabled to have a URI; drop disableEndpoint() from the builder");
    }
    return endpoint.uri();
  }

  /**
   * Returns the OpenTelemetry to make instruments with. What is asked of it for spans goes to the
   * process-wide {@link Tracing}, if there is one.
   */
  public OpenTelemetry openTelemetry() {
    return view;
  }

  View view() {
    return view;
  }

  /** Returns a meter named after the service, for instruments of the application's own. */
  public Meter meter() {
    return sdk.getMeter(serviceName);
  }

  /**
   * Returns the timer of this name, made and registered on first use: {@code
   * metrics.timer("checkout").time(() -> ...)}. The page shows it as {@code checkout_seconds}.
   *
   * <p>For labels or other buckets, register a histogram in {@link #registry()}.
   *
   * @param name letters, digits and underscores; dots and dashes become underscores
   * @throws IllegalArgumentException if the name is no name, or another instrument's
   */
  public Timer timer(String name) {
    return instruments.timer(name);
  }

  /**
   * Returns the counter of this name, made and registered on first use: {@code
   * metrics.counter("orders").inc()}. The page shows it as {@code orders_total}.
   *
   * @param name letters, digits and underscores; dots and dashes become underscores
   * @throws IllegalArgumentException if the name is no name, or another instrument's
   */
  public Counter counter(String name) {
    return instruments.counter(name);
  }

  /**
   * Returns the gauge of this name, made and registered on first use: {@code
   * metrics.gauge("temperature").set(21)}.
   *
   * @param name letters, digits and underscores; dots and dashes become underscores
   * @throws IllegalArgumentException if the name is no name, or another instrument's
   */
  public Gauge gauge(String name) {
    return instruments.gauge(name);
  }

  /**
   * Shows a value that is asked for at each scrape: {@code metrics.gauge("queue_size",
   * queue::size)}. Said again for the same name, the last one is asked.
   *
   * @param name letters, digits and underscores; dots and dashes become underscores
   * @param value must be fast and safe for use by several threads
   * @throws IllegalArgumentException if the name is no name, or another instrument's
   */
  public void gauge(String name, DoubleSupplier value) {
    instruments.gauge(name, Objects.requireNonNull(value, "value"));
  }

  /**
   * Adds a check of whether the process had better be started anew, asked at {@code /healthz} and
   * {@code /readyz} and shown as {@code observe_health_check_up}. Takes the place of an earlier
   * check of the name.
   *
   * @param name letters, digits, {@code . _ -} and spaces
   * @param timeout how long it may take, at most one minute
   * @param check returns if all is well, throws if not
   * @throws IllegalArgumentException if the name or the timeout is not valid, or there are 100
   *     checks already
   */
  public void addLivenessCheck(String name, Duration timeout, HealthCheck check) {
    info.checks().add(HealthChecks.Kind.LIVENESS, name, timeout, check);
  }

  /**
   * Adds a check of whether the process can serve, asked at {@code /readyz} and shown as {@code
   * observe_health_check_up}: {@code metrics.addReadinessCheck("database", Duration.ofSeconds(2),
   * () -> dataSource.getConnection().close())}. Takes the place of an earlier check of the name.
   *
   * @param name letters, digits, {@code . _ -} and spaces
   * @param timeout how long it may take, at most one minute
   * @param check returns if all is well, throws if not
   * @throws IllegalArgumentException if the name or the timeout is not valid, or there are 100
   *     checks already
   */
  public void addReadinessCheck(String name, Duration timeout, HealthCheck check) {
    info.checks().add(HealthChecks.Kind.READINESS, name, timeout, check);
  }

  void closeAtExit() {
    hook = ShutdownHook.add("observe-metrics-exit", this::close);
  }

  /**
   * Pushes what there is to where metrics are pushed, if {@code OTEL_METRICS_EXPORTER} or {@code
   * OBSERVE_METRICS_PUSHGATEWAY} names such a place. The page needs no flush: a scrape reads the
   * present.
   *
   * @param timeout how long to wait at most
   * @return whether all of it was delivered
   */
  public boolean flush(Duration timeout) {
    return settled(
        pushgateway == null ? null : pushgateway.push(),
        sdk.getSdkMeterProvider().forceFlush(),
        timeout);
  }

  /**
   * Closes the endpoint, frees its port and takes what observe registered off the registry.
   *
   * @param timeout how long to wait at most for metrics that are pushed
   * @return whether all that is pushed was delivered; true when nothing is
   */
  public boolean shutdown(Duration timeout) {
    if (!closed.compareAndSet(false, true)) {
      return end(timeout);
    }
    ProcessOpenTelemetry.INSTANCE.metrics().empty(view);
    ShutdownHook added = hook;
    if (added != null) {
      added.remove();
    }
    if (endpoint != null) {
      endpoint.close();
    }
    info.close();
    // Before anything leaves the registry: the last push is to have all of it.
    boolean delivered = end(timeout);
    page.close();
    instruments.close();
    jvm.unregister();
    RegistryMetrics.unregister(registry);
    return delivered;
  }

  /** Begins with the page: the SDK's instruments are no longer on it once it is shut down. */
  private boolean end(Duration timeout) {
    return settled(pushgateway == null ? null : pushgateway.end(), sdk.shutdown(), timeout);
  }

  /** Waits for both ways out, which are under way at the same time. */
  private static boolean settled(
      Pushgateway.@Nullable Push push, CompletableResultCode others, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean delivered = others.join(timeout.toNanos(), TimeUnit.NANOSECONDS).isSuccess();
    return push == null
        ? delivered
        : push.await(Duration.ofNanos(Math.max(0, deadline - System.nanoTime()))) && delivered;
  }

  /** Closes the endpoint; the same as {@link #shutdown} with 5 seconds. */
  @Override
  public void close() {
    shutdown(Duration.ofSeconds(5));
  }

  @Override
  public String toString() {
    return "Metrics{serviceName=" + serviceName + '}';
  }

  /** Instruments from here, spans from the process. */
  final class View implements OpenTelemetry, ProcessOpenTelemetry.Metrics {
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
      return meterProvider();
    }

    @Override
    public MeterProvider meterProvider() {
      return sdk.getSdkMeterProvider();
    }

    @Override
    public ContextPropagators getPropagators() {
      return ProcessOpenTelemetry.INSTANCE.getPropagators();
    }
  }
}
