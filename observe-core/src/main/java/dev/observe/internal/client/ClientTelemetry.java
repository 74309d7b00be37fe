/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.client;

import dev.observe.internal.config.Settings;
import dev.observe.internal.instrument.RegistryMetrics;
import dev.observe.internal.request.Redaction;
import dev.observe.internal.semconv.HttpAttributes;
import dev.observe.internal.semconv.InstrumentationScope;
import dev.observe.internal.semconv.KnownMethods;
import dev.observe.internal.util.EpochClock;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.SafeText;
import dev.observe.internal.util.Urls;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Records the calls of a client, by the semantic conventions 1.44.0 (http-spans.md). */
public final class ClientTelemetry {
  private static final Logger LOGGER = System.getLogger(ClientTelemetry.class.getName());

  private final Tracer tracer;
  private final TextMapPropagator propagator;
  private final @Nullable ClientMetrics metrics;
  private final KnownMethods knownMethods;
  private final Redaction redaction;
  private final EpochClock epochClock = new EpochClock(InstantSource.system(), System.nanoTime());
  private final AtomicBoolean errorLogged = new AtomicBoolean();

  public ClientTelemetry(
      OpenTelemetry openTelemetry, @Nullable PrometheusRegistry registry, Settings settings) {
    this.tracer = InstrumentationScope.tracer(openTelemetry);
    this.propagator = openTelemetry.getPropagators().getTextMapPropagator();
    this.metrics =
        registry == null
            ? null
            : ClientMetrics.acquire(registry, RegistryMetrics.histograms(registry, settings));
    this.knownMethods = KnownMethods.from(settings);
    this.redaction = Redaction.from(settings);
  }

  long nanoTime() {
    return System.nanoTime();
  }

  /** Starts a call; never throws, except for fatal errors. */
  public ClientCall start(HttpRequest request) {
    ClientCall call = new ClientCall(this, request, nanoTime());
    try {
      trace(call);
    } catch (Throwable e) {
      internalError("starting a call", e);
    }
    return call;
  }

  private void trace(ClientCall call) {
    HttpRequest request = call.original();
    call.startEpochNanos = epochClock.epochNanos(call.startNanos());
    call.method = knownMethods.canonical(request.method());
    URI uri = request.uri();
    boolean other = call.method.equals(KnownMethods.OTHER);
    SpanBuilder builder =
        tracer
            .spanBuilder(other ? "HTTP" : call.method)
            .setSpanKind(SpanKind.CLIENT)
            .setStartTimestamp(call.startEpochNanos, TimeUnit.NANOSECONDS)
            .setAttribute(HttpAttributes.HTTP_REQUEST_METHOD, call.method)
            .setAttribute(HttpAttributes.SERVER_ADDRESS, Urls.host(uri))
            .setAttribute(HttpAttributes.SERVER_PORT, (long) Urls.port(uri))
            .setAttribute(HttpAttributes.URL_FULL, fullUrl(uri));
    if (other) {
      builder.setAttribute(
          HttpAttributes.HTTP_REQUEST_METHOD_ORIGINAL, SafeText.attribute(request.method()));
    }
    Span span = builder.startSpan();
    HttpRequest.Builder carrier = HttpRequest.newBuilder(request, (name, value) -> true);
    propagator.inject(
        Context.current().with(span),
        carrier,
        (target, name, value) -> {
          if (target != null) {
            target.setHeader(name, value);
          }
        });
    call.traced(span, carrier.build());
  }

  /** Returns the URL without user, password and the values of secret query keys. */
  private String fullUrl(URI uri) {
    StringBuilder url = new StringBuilder();
    url.append(uri.getScheme()).append("://");
    if (uri.getRawUserInfo() != null) {
      url.append(Redaction.REDACTED).append(':').append(Redaction.REDACTED).append('@');
    }
    url.append(uri.getHost());
    if (uri.getPort() >= 0) {
      url.append(':').append(uri.getPort());
    }
    if (uri.getRawPath() != null) {
      url.append(redaction.path(uri.getRawPath()));
    }
    if (uri.getRawQuery() != null) {
      url.append('?').append(redaction.query(uri.getRawQuery()));
    }
    return SafeText.attribute(url.toString());
  }

  /** Records a call and returns whether its span became an exemplar. */
  boolean record(
      ClientCall call,
      int status,
      String errorType,
      String version,
      long durationNanos,
      SpanContext span) {
    return metrics != null
        && metrics.record(
            call.method,
            call.original().uri(),
            status,
            errorType,
            version,
            durationNanos,
            span.isSampled() ? span : null);
  }

  /**
   * Logs the first failure of our own; the call goes on.
   *
   * @throws Error if the failure is fatal
   */
  void internalError(String doing, Throwable failure) {
    FatalErrors.rethrow(failure);
    if (errorLogged.compareAndSet(false, true)) {
      // The message may contain input.
      LOGGER.log(
          Level.WARNING,
          "Failed while {0}; the call went on, its measurement may be missing: {1}",
          doing,
          SafeText.attribute(failure.toString()));
    }
  }
}
