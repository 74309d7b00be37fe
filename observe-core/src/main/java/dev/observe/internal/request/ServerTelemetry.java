/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.instrument.RegistryMetrics;
import dev.observe.internal.request.forwarded.TrustedProxies;
import dev.observe.internal.request.series.RequestMeasurements;
import dev.observe.internal.request.series.RequestMetrics;
import dev.observe.internal.semconv.KnownMethods;
import dev.observe.internal.semconv.ProtocolVersion;
import dev.observe.internal.semconv.Scheme;
import dev.observe.internal.util.EpochClock;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.NanoClock;
import dev.observe.internal.util.SafeText;
import dev.observe.internal.versions.VersionCheck;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records the requests of a server into spans, metrics or both.
 *
 * <p>Shared by all requests; safe for use by any number of threads.
 */
public final class ServerTelemetry implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(ServerTelemetry.class.getName());
  private static final long ERROR_LOG_NANOS = 60_000_000_000L;

  final @Nullable ServerTracing tracing;
  public final @Nullable RequestMetrics metrics;
  final KnownMethods knownMethods;

  /** Null without such a setting; then forwarding headers are ignored. */
  final @Nullable TrustedProxies trustedProxies;

  /** Null without a live page. */
  final @Nullable RunningRequests running;

  final LongSupplier nanoClock;
  final RequestExtras extras;
  final RequestMeasurements measurements;
  private final RequestSelection traced;
  private final RequestSelection counted;
  private final @Nullable OpenTelemetry openTelemetry;
  private final @Nullable PrometheusRegistry registry;
  private final AtomicLong errorLoggedAt;

  private ServerTelemetry(
      @Nullable OpenTelemetry openTelemetry,
      @Nullable PrometheusRegistry registry,
      Settings settings,
      RequestExtras extras,
      LongSupplier nanoClock,
      InstantSource wallClock) {
    this.extras = extras;
    this.traced = RequestSelection.from(settings, Setting.TRACES_INCLUDE, Setting.TRACES_EXCLUDE);
    this.counted =
        RequestSelection.from(settings, Setting.METRICS_INCLUDE, Setting.METRICS_EXCLUDE);
    this.knownMethods = KnownMethods.from(settings);
    this.trustedProxies = TrustedProxies.from(settings);
    this.nanoClock = nanoClock;
    this.openTelemetry = openTelemetry;
    this.registry = registry;
    this.tracing =
        openTelemetry == null
            ? null
            : new ServerTracing(
                openTelemetry, settings, new EpochClock(wallClock, nanoClock.getAsLong()));
    this.metrics =
        registry == null
            ? null
            : RequestMetrics.acquire(
                registry, extras.labelNames(), RegistryMetrics.histograms(registry, settings));
    this.measurements = measurements(settings, registry, extras, nanoClock);
    this.running = registry == null ? null : RunningRequests.of(registry);
    this.errorLoggedAt = new AtomicLong(nanoClock.getAsLong() - ERROR_LOG_NANOS);
  }

  private static RequestMeasurements measurements(
      Settings settings,
      @Nullable PrometheusRegistry registry,
      RequestExtras extras,
      LongSupplier nanoClock) {
    try {
      return RequestMeasurements.from(settings, registry, extras.labelNames(), nanoClock);
    } catch (IllegalArgumentException e) {
      if (registry != null) {
        RequestMetrics.release(registry);
      }
      throw e;
    }
  }

  /**
   * Returns a telemetry that creates a span for each request.
   *
   * @throws IllegalArgumentException if a setting of the spans is not valid
   */
  public static ServerTelemetry ofTraces(OpenTelemetry openTelemetry, Settings settings) {
    Objects.requireNonNull(openTelemetry, "openTelemetry");
    return of(openTelemetry, null, settings, RequestExtras.NONE);
  }

  /**
   * Returns a telemetry that counts and times each request.
   *
   * @throws IllegalArgumentException if the registry holds other metrics of the same names, or a
   *     setting is not valid
   */
  public static ServerTelemetry ofMetrics(PrometheusRegistry registry, Settings settings) {
    Objects.requireNonNull(registry, "registry");
    return of(null, registry, settings, RequestExtras.NONE);
  }

  /**
   * Returns a telemetry that creates spans, counts and times, from the same clock readings.
   *
   * @throws IllegalArgumentException if the registry holds other metrics of the same names, or a
   *     setting is not valid
   */
  public static ServerTelemetry of(
      OpenTelemetry openTelemetry, PrometheusRegistry registry, Settings settings) {
    Objects.requireNonNull(openTelemetry, "openTelemetry");
    Objects.requireNonNull(registry, "registry");
    return of(openTelemetry, registry, settings, RequestExtras.NONE);
  }

  /**
   * Returns a telemetry that creates spans, counts and times, or only one of the two, with labels
   * and attributes of the application.
   *
   * @param openTelemetry null for no spans
   * @param registry null for no metrics
   * @throws IllegalArgumentException if the registry holds other metrics of the same names, another
   *     filter of the registry has other labels, or a setting is not valid
   */
  public static ServerTelemetry of(
      @Nullable OpenTelemetry openTelemetry,
      @Nullable PrometheusRegistry registry,
      Settings settings,
      RequestExtras extras) {
    return VersionCheck.start(
        () ->
            new ServerTelemetry(
                openTelemetry,
                registry,
                settings,
                extras,
                NanoClock.SYSTEM,
                InstantSource.system()));
  }

  /** Returns a telemetry with the given clocks, for tests. */
  public static ServerTelemetry create(
      @Nullable OpenTelemetry openTelemetry,
      @Nullable PrometheusRegistry registry,
      Settings settings,
      LongSupplier nanoClock,
      InstantSource wallClock) {
    return new ServerTelemetry(
        openTelemetry, registry, settings, RequestExtras.NONE, nanoClock, wallClock);
  }

  /** Returns the service of the handles, or null if others made both. */
  public @Nullable String service() {
    if (openTelemetry instanceof SpanDestination spans) {
      return spans.service();
    }
    RegistryMetrics.Handle handle = registry == null ? null : RegistryMetrics.handle(registry);
    return handle == null ? null : handle.service();
  }

  /** Returns for the log where the metrics can be read and where the spans go. */
  public List<String> destinations() {
    List<String> destinations = new ArrayList<>();
    if (registry != null) {
      destinations.add("metrics " + page(registry));
    }
    if (openTelemetry != null) {
      destinations.add(
          "spans to "
              + (openTelemetry instanceof SpanDestination spans
                  ? spans.spanDestination()
                  : openTelemetry.getClass().getSimpleName()));
    }
    return destinations;
  }

  private static String page(PrometheusRegistry registry) {
    RegistryMetrics.Handle handle = RegistryMetrics.handle(registry);
    if (handle == null) {
      return "in a registry of the application";
    }
    URI page = handle.page().get();
    return page == null
        ? "on no port (add a MetricsServlet, or a free port with OTEL_EXPORTER_PROMETHEUS_PORT)"
        : "at " + page;
  }

  /** Returns whether a request gets a span, provided that tracing is on. */
  boolean traces(ServerExchange exchange) {
    return !exchange.isOwnEndpoint()
        && (traced.selectsAll() || traced.selects(exchange.applicationPath()));
  }

  /**
   * Returns the kind of a request.
   *
   * @param method the method that the client sent
   * @param scheme the scheme of the container
   * @param protocol the protocol of the request line
   * @param route the pattern by which the container chose the servlet, or null
   */
  public RequestKind kind(String method, String scheme, String protocol, @Nullable String route) {
    return new RequestKind(
        knownMethods.canonical(method),
        Scheme.canonical(scheme),
        ProtocolVersion.of(protocol),
        // The route stays in memory, and a router may report text of the client.
        route == null ? "" : SafeText.attribute(route),
        metrics);
  }

  /** Returns whether requests of all paths are counted. */
  boolean countsAll() {
    return counted.selectsAll();
  }

  /** Returns whether requests get spans. */
  public boolean isTracing() {
    return tracing != null;
  }

  /** Returns whether a request is counted, provided that metrics are on. */
  boolean counts(ServerExchange exchange) {
    return !exchange.isOwnEndpoint()
        && (counted.selectsAll() || counted.selects(exchange.applicationPath()));
  }

  /**
   * Unregisters the request metrics, unless another telemetry records into them. Requests in flight
   * are still recorded, but not exposed.
   */
  @Override
  public void close() {
    if (registry != null) {
      measurements.release(registry);
      RequestMetrics.release(registry);
    }
  }

  /**
   * Counts a failure of our own and logs it, at most once a minute. Each {@code catch (Throwable)}
   * of this package ends here.
   *
   * @throws Error if the failure is fatal
   */
  void internalError(String doing, Throwable failure) {
    FatalErrors.rethrow(failure);
    if (metrics != null) {
      metrics.internalError();
    }
    long now = nanoClock.getAsLong();
    long last = errorLoggedAt.get();
    if (now - last >= ERROR_LOG_NANOS && errorLoggedAt.compareAndSet(last, now)) {
      // The message may contain input.
      LOGGER.log(
          Level.WARNING,
          "Failed while {0}; the request went on, its measurement may be missing: {1}",
          doing,
          SafeText.attribute(failure.toString()));
    }
  }
}
