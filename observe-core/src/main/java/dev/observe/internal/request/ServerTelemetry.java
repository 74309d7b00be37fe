/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

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
import dev.observe.internal.util.SafeText;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a server records its requests into: spans, metrics or both.
 *
 * <p>Made once and shared by all requests; safe for use by any number of threads.
 */
public final class ServerTelemetry implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(ServerTelemetry.class.getName());
  private static final long ERROR_LOG_NANOS = 60_000_000_000L;

  final @Nullable ServerTracing tracing;
  public final @Nullable RequestMetrics metrics;
  final KnownMethods knownMethods;

  /** Null unless the settings name any: then forwarded headers are not looked at. */
  final @Nullable TrustedProxies trustedProxies;

  final LongSupplier nanoClock;
  final RequestExtras extras;
  final RequestMeasurements figures;
  private final RequestSelection traced;
  private final RequestSelection counted;
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
    this.traced = RequestSelection.from(settings, "traces");
    this.counted = RequestSelection.from(settings, "metrics");
    this.knownMethods = KnownMethods.from(settings);
    this.trustedProxies = TrustedProxies.from(settings);
    this.nanoClock = nanoClock;
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
    this.figures = figures(settings, registry, extras, nanoClock);
    this.errorLoggedAt = new AtomicLong(nanoClock.getAsLong() - ERROR_LOG_NANOS);
  }

  private static RequestMeasurements figures(
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
   * Returns a telemetry that makes a span of each request.
   *
   * @throws IllegalArgumentException if a setting of the spans is not valid
   */
  public static ServerTelemetry ofTraces(OpenTelemetry openTelemetry, Settings settings) {
    Objects.requireNonNull(openTelemetry, "openTelemetry");
    return create(openTelemetry, null, settings);
  }

  /**
   * Returns a telemetry that counts and times each request.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere, or a
   *     setting is not valid
   */
  public static ServerTelemetry ofMetrics(PrometheusRegistry registry, Settings settings) {
    Objects.requireNonNull(registry, "registry");
    return create(null, registry, settings);
  }

  /**
   * Returns a telemetry that does both, from the same clock readings.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere, or a
   *     setting is not valid
   */
  public static ServerTelemetry of(
      OpenTelemetry openTelemetry, PrometheusRegistry registry, Settings settings) {
    return of(openTelemetry, registry, settings, RequestExtras.NONE);
  }

  /**
   * Returns a telemetry that does both and adds what the application wants to know.
   *
   * @throws IllegalArgumentException if the registry holds request metrics from elsewhere, another
   *     filter of the registry has other labels, or a setting is not valid
   */
  public static ServerTelemetry of(
      OpenTelemetry openTelemetry,
      PrometheusRegistry registry,
      Settings settings,
      RequestExtras extras) {
    Objects.requireNonNull(openTelemetry, "openTelemetry");
    Objects.requireNonNull(registry, "registry");
    return create(openTelemetry, registry, settings, extras);
  }

  private static ServerTelemetry create(
      @Nullable OpenTelemetry openTelemetry,
      @Nullable PrometheusRegistry registry,
      Settings settings) {
    return create(openTelemetry, registry, settings, RequestExtras.NONE);
  }

  private static ServerTelemetry create(
      @Nullable OpenTelemetry openTelemetry,
      @Nullable PrometheusRegistry registry,
      Settings settings,
      RequestExtras extras) {
    return new ServerTelemetry(
        openTelemetry, registry, settings, extras, System::nanoTime, InstantSource.system());
  }

  /** Returns a telemetry on clocks of the caller's, for tests. */
  public static ServerTelemetry create(
      @Nullable OpenTelemetry openTelemetry,
      @Nullable PrometheusRegistry registry,
      Settings settings,
      LongSupplier nanoClock,
      InstantSource wallClock) {
    return new ServerTelemetry(
        openTelemetry, registry, settings, RequestExtras.NONE, nanoClock, wallClock);
  }

  /** Whether a request gets a span, if there is tracing at all. */
  boolean traces(ServerExchange exchange) {
    return !exchange.isOwnEndpoint()
        && (traced.selectsAll() || traced.selects(exchange.applicationPath()));
  }

  /**
   * Returns what requests like this have in common.
   *
   * @param method as the client wrote it
   * @param scheme as the container says
   * @param protocol as the request line has it
   * @param route the pattern by which the container chose what serves it, or null
   */
  public RequestKind kind(String method, String scheme, String protocol, @Nullable String route) {
    return new RequestKind(
        knownMethods.canonical(method),
        Scheme.canonical(scheme),
        ProtocolVersion.of(protocol),
        // A router may report what the client sent; it is kept for as long as the process runs.
        route == null ? "" : SafeText.attribute(route),
        metrics);
  }

  /** Whether requests are counted whatever their path. */
  boolean countsAll() {
    return counted.selectsAll();
  }

  /** Returns whether requests get spans. */
  public boolean isTracing() {
    return tracing != null;
  }

  /** Whether a request is counted, if there are metrics at all. */
  boolean counts(ServerExchange exchange) {
    return !exchange.isOwnEndpoint()
        && (counted.selectsAll() || counted.selects(exchange.applicationPath()));
  }

  /**
   * Takes the request metrics off the registry, unless another telemetry records into them too.
   * Requests under way are still recorded, where nobody sees them.
   */
  @Override
  public void close() {
    if (registry != null) {
      figures.release(registry);
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
      // Its message may repeat what a client sent.
      LOGGER.log(
          Level.WARNING,
          "Failed while {0}; the request went on, its measurement may be missing: {1}",
          doing,
          SafeText.attribute(failure.toString()));
    }
  }
}
