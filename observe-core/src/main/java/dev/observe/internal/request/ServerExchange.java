/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.context.LogContext;
import dev.observe.internal.context.TracingSuppression;
import dev.observe.internal.instrument.BucketExemplars;
import dev.observe.internal.request.forwarded.ForwardedRequest;
import dev.observe.internal.request.forwarded.TrustedProxies;
import dev.observe.internal.request.series.RequestMeter;
import dev.observe.internal.request.series.RequestMetrics;
import dev.observe.internal.request.series.Series;
import dev.observe.internal.semconv.StatusCodes;
import dev.observe.internal.util.SafeText;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, from the first filter to the end of the response.
 *
 * <p>A container's adapter extends this class, implements what {@link AdaptedRequest} declares,
 * calls {@link #start} before the application and {@link #finish} after the response is decided. An
 * internal failure loses a measurement; only fatal errors are thrown into the request.
 *
 * <p>{@code start}, {@code join} and {@code makeCurrent} must be called by the thread that serves
 * the request; {@code failed} and {@code finish} may be called by any thread, and the first {@code
 * finish} counts.
 */
public abstract class ServerExchange extends AdaptedRequest {
  private static final VarHandle FINISHED;

  static {
    try {
      FINISHED =
          MethodHandles.lookup().findVarHandle(ServerExchange.class, "finished", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  long startNanos;
  long startEpochNanos;

  /** Whether the span was recording when it started; asking the span takes its lock. */
  boolean recording;

  /** Whether another instrumentation made the span, which it also ends. */
  private boolean foreignSpan;

  @Nullable ForwardedRequest forwarded;
  private @Nullable ServerTelemetry telemetry;

  /** The telemetry that traces; set also if it decided against a span. */
  private @Nullable ServerTelemetry tracedBy;

  /** The telemetry that counts; {@link #startedCount} is null if it decided against it. */
  private @Nullable ServerTelemetry countedBy;

  /** Null if only the duration is measured. */
  private @Nullable RequestMeter meter;

  private @Nullable LongAdder startedCount;

  /** Null if a forwarded header changed a label of the kind. */
  private @Nullable RequestKind kind;

  @Nullable Span span;
  private @Nullable Context context;
  private volatile @Nullable Throwable error;

  @SuppressWarnings("UnusedVariable") // Written through FINISHED.
  private volatile boolean finished;

  /** Creates an exchange that has not started. */
  protected ServerExchange() {}

  /** Starts the measurement: one clock reading, for the span and for the metric. */
  public final void start(ServerTelemetry telemetry) {
    startNanos = telemetry.nanoClock.getAsLong();
    this.telemetry = telemetry;
    try {
      setKind(requestKind(telemetry));
      if (telemetry.trustedProxies != null) {
        readForwarded(telemetry.trustedProxies);
      }
      // Before the end of the request only a sampler may read the route.
      if (telemetry.tracing != null && telemetry.tracing.samplerMayReadRoute()) {
        updateRoute();
      }
    } catch (Throwable e) {
      telemetry.internalError("reading a request", e);
    }
    join(telemetry);
  }

  private void setKind(RequestKind known) {
    kind = known;
    method = known.method;
    scheme = known.scheme;
    protocolVersion = known.protocolVersion;
    route = known.route;
  }

  private void readForwarded(TrustedProxies proxies) {
    if (!proxies.trusts(peerAddress())) {
      return;
    }
    forwarded = ForwardedRequest.read(this::requestHeaders, proxies);
    String clientScheme = forwarded.scheme();
    if (clientScheme != null) {
      scheme = clientScheme;
      kind = null;
    }
  }

  /**
   * Adds the spans or metrics that the exchange does not record yet: the second of two filters adds
   * its half, and a filter that is registered twice adds nothing.
   *
   * @return whether a context must be made current
   */
  public final boolean join(ServerTelemetry joining) {
    if (countedBy == null && joining.metrics != null) {
      countedBy = joining;
      count(joining, joining.metrics);
    }
    if (tracedBy == null && joining.tracing != null) {
      tracedBy = joining;
      return trace(joining, joining.tracing);
    }
    return false;
  }

  private void count(ServerTelemetry by, RequestMetrics metrics) {
    try {
      if (by.counts(this)) {
        startedCount = start(metrics);
        measure(by);
        if (by.running != null) {
          by.running.started(this);
        }
      }
    } catch (Throwable e) {
      by.internalError("counting a request", e);
    }
  }

  private LongAdder start(RequestMetrics metrics) {
    RequestKind known = kind;
    LongAdder counter = known != null && known.metrics == metrics ? known.started : null;
    if (counter == null) {
      return metrics.start(method, scheme);
    }
    counter.increment();
    return counter;
  }

  private void measure(ServerTelemetry by) {
    if (meter == null) {
      meter = by.measurements.meter(startNanos);
    }
  }

  private boolean trace(ServerTelemetry by, ServerTracing tracing) {
    try {
      Context foreign = isInForeignSpan() ? foreignContext() : null;
      Context parent = foreign == null ? tracing.parent(this) : foreign;
      if (!by.traces(this)) {
        if (foreign != null) {
          // The other instrumentation decides about the spans inside its own.
          return false;
        }
        context = TracingSuppression.in(parent);
        return true;
      }
      startEpochNanos = tracing.epochNanos(startNanos);
      Span started;
      if (foreign == null) {
        started = tracing.start(this, parent);
      } else {
        foreignSpan = true;
        started = tracing.describeForeign(this, Span.fromContext(foreign));
      }
      context = tracing.context(parent, started);
      span = started;
      if (recording) {
        measure(by);
      }
      tracing.addTraceIdHeader(this, started);
      return true;
    } catch (Throwable e) {
      by.internalError("starting a span", e);
      return context != null;
    }
  }

  private static @Nullable Context foreignContext() {
    Context current = Context.current();
    return Span.fromContext(current).getSpanContext().isValid() ? current : null;
  }

  /** Returns whether another instrumentation ends the span and records exceptions on it. */
  final boolean hasForeignSpan() {
    return foreignSpan;
  }

  /**
   * Makes the request's span current on this thread until the scope is closed. Has no effect
   * without a span, or if it is current already.
   */
  public final Scope makeCurrent() {
    return context == Context.current() ? Scope.noop() : enter();
  }

  /** Same as {@link #makeCurrent}, for the thread that has just started the exchange. */
  // Closed by close(Scope), which cannot throw into the request as a try block's close could.
  @SuppressWarnings("MustBeClosedChecker")
  public final Scope enter() {
    Context own = context;
    ServerTelemetry by = tracedBy;
    if (own == null || by == null) {
      return Scope.noop();
    }
    try {
      Span current = span;
      return current == null || by.tracing == null || !by.tracing.logContext
          ? own.makeCurrent()
          : LogContext.enter(own, current.getSpanContext());
    } catch (Throwable e) {
      by.internalError("making a span current", e);
      return Scope.noop();
    }
  }

  /** Closes the scope of {@link #makeCurrent} without throwing, except for fatal errors. */
  public final void close(Scope scope) {
    try {
      scope.close();
    } catch (Throwable e) {
      if (telemetry != null) {
        telemetry.internalError("leaving a span", e);
      }
    }
  }

  /**
   * Continues a request that was counted without an exchange and now needs one, because it failed
   * or became asynchronous.
   */
  protected final void takeOver(MetricsOnlyRequests requests, RequestKind known, long beganNanos) {
    telemetry = requests.telemetry;
    countedBy = requests.telemetry;
    startedCount = known.started;
    startNanos = beganNanos;
    setKind(known);
  }

  /** Returns the meter of the request, or null if only the duration is measured. */
  public final @Nullable RequestMeter meter() {
    return meter;
  }

  /** Returns the context of the request's span, or null. */
  public final @Nullable Context context() {
    return context;
  }

  /** Sets the failure for {@link #finish}; the first one counts. */
  public final void failed(@Nullable Throwable failure) {
    if (error == null) {
      error = failure;
    }
  }

  /** Returns the first failure, or null. */
  protected final @Nullable Throwable failure() {
    return error;
  }

  /** Returns whether {@link #finish} has been called. */
  public final boolean isFinished() {
    return finished;
  }

  /**
   * Ends the measurement; only the first call has an effect.
   *
   * @param responseStatus the status that was sent, or 0 if no response was sent
   */
  public final void finish(int responseStatus) {
    ServerTelemetry owner = telemetry;
    if (owner != null && FINISHED.compareAndSet(this, false, true)) {
      end(owner, responseStatus);
    }
  }

  /**
   * Same as {@link #finish} without the compare-and-set, for a request that was never asynchronous,
   * so that no other thread can finish it.
   */
  protected final void finishAlone(int responseStatus) {
    ServerTelemetry owner = telemetry;
    if (owner != null && !finished) {
      FINISHED.setRelease(this, true);
      end(owner, responseStatus);
    }
  }

  private void end(ServerTelemetry owner, int responseStatus) {
    long durationNanos = owner.nanoClock.getAsLong() - startNanos;
    Throwable failure = error;
    String startRoute = route;
    decide(owner, failure, responseStatus);
    if (meter != null) {
      try {
        meter.end(
            responseStatus,
            requestMethod().equals("HEAD"),
            responseStatus == 0 ? -1 : sentLength(),
            failure != null,
            durationNanos);
      } catch (Throwable e) {
        owner.internalError("measuring a request", e);
      }
    }
    // Before the end of the span, because an exemplar marks its span.
    record(durationNanos);
    endSpan(startRoute, failure, durationNanos);
  }

  private void decide(ServerTelemetry owner, @Nullable Throwable failure, int responseStatus) {
    status = responseStatus;
    if (failure != null) {
      errorType = failure.getClass().getName();
    } else {
      errorType = responseStatus >= 500 ? StatusCodes.text(responseStatus) : "";
    }
    try {
      updateRoute();
    } catch (Throwable e) {
      owner.internalError("reading the route", e);
    }
  }

  /**
   * Describes the end on a span that its instrumentation ends now, before the status is final.
   *
   * @param likelyStatus the status that the container will probably send, or 0 if unknown
   */
  protected final void describeForeignSpan(int likelyStatus) {
    ServerTelemetry owner = telemetry;
    if (foreignSpan && owner != null && !finished) {
      String startRoute = route;
      Throwable failure = error;
      decide(owner, failure, likelyStatus);
      endSpan(startRoute, failure, owner.nanoClock.getAsLong() - startNanos);
      recording = false;
    }
  }

  private void endSpan(String startRoute, @Nullable Throwable failure, long durationNanos) {
    ServerTelemetry by = tracedBy;
    if (by == null || by.tracing == null || span == null) {
      return;
    }
    try {
      if (recording) {
        if (meter != null) {
          by.measurements.describe(meter, span);
        }
        by.extras.describe(this, span);
      }
    } catch (Throwable e) {
      by.internalError("reading an attribute", e);
    }
    try {
      by.tracing.finish(this, span, startRoute, failure, durationNanos);
    } catch (Throwable e) {
      by.internalError("ending a span", e);
    }
  }

  private void record(long durationNanos) {
    ServerTelemetry by = countedBy;
    if (by == null || by.metrics == null || startedCount == null) {
      return;
    }
    try {
      extra = by.extras.labelValues(this, by.metrics);
    } catch (Throwable e) {
      by.internalError("reading a label", e);
      extra = by.extras.noValues();
    }
    if (by.running != null) {
      by.running.ended(this);
    }
    Series series;
    try {
      series = series(by.metrics);
    } catch (Throwable e) {
      RequestMetrics.lost(startedCount);
      by.internalError("finding a series", e);
      return;
    }
    try {
      SpanContext context = span == null ? null : span.getSpanContext();
      boolean sampled = context != null && context.isSampled();
      SpanContext exemplarContext = sampled ? context : null;
      long endEpochNanos = startEpochNanos + durationNanos;
      boolean exemplar = series.observe(durationNanos, exemplarContext, endEpochNanos);
      if (meter != null) {
        exemplar |= by.measurements.record(meter, series, exemplarContext, endEpochNanos);
      }
      if (exemplar && span != null) {
        BucketExemplars.mark(span);
      }
    } catch (Throwable e) {
      by.internalError("recording a request", e);
    }
  }

  private Series series(RequestMetrics metrics) {
    RequestKind known = kind;
    // Compared by identity: equals would cost as much as a lookup.
    @SuppressWarnings("ReferenceEquality")
    boolean plain = known != null && known.metrics == metrics && route == known.route && isPlain();
    return known != null && plain ? known.succeeded(metrics, status) : metrics.series(this);
  }

  private void updateRoute() {
    String named = currentRoute();
    if (named != null && !named.equals(route)) {
      // The route stays in memory, and a router may report text of the client.
      route = SafeText.attribute(named);
    }
  }
}
