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
import dev.observe.internal.request.series.RequestLabels;
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
import java.util.Iterator;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, from the first filter that sees it to the end of the response.
 *
 * <p>A container's adapter extends this with what it knows of the request, calls {@link #start}
 * before the application and {@link #finish} once the response is decided. Nothing here throws into
 * the request: a failure of ours costs a measurement.
 *
 * <p>{@code start}, {@code join} and {@code makeCurrent} are for the thread that serves the
 * request; {@code failed} and {@code finish} may be called by any thread, and the first {@code
 * finish} counts.
 */
public abstract class ServerExchange extends RequestLabels {
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
  private long startEpochNanos;
  private boolean recording;

  @Nullable ForwardedRequest forwarded;
  private @Nullable ServerTelemetry telemetry;

  /** Who makes the span; set once that is decided, though there may be none. */
  private @Nullable ServerTelemetry tracedBy;

  /** Who counts; set once that is decided, though {@link #begun} tells whether it does. */
  private @Nullable ServerTelemetry countedBy;

  /** Null unless more than the duration is measured. */
  private @Nullable RequestMeter meter;

  private @Nullable LongAdder begun;

  /** Null where the request turned out to be of no kind that is kept. */
  private @Nullable RequestKind kind;

  private @Nullable Span span;
  private @Nullable Context context;
  private volatile @Nullable Throwable error;

  @SuppressWarnings("UnusedVariable") // Written through FINISHED.
  private volatile boolean finished;

  /** For adapters. */
  protected ServerExchange() {}

  /** Returns the method as the client wrote it. */
  protected abstract String requestMethod();

  /** Returns the path as the client wrote it, not decoded, with the context path. */
  protected abstract String requestPath();

  /** Returns the query as the client wrote it, or null when there is none. */
  protected abstract @Nullable String requestQuery();

  /** Returns the first value of a header, found without regard to case, or null. */
  protected abstract @Nullable String requestHeader(String name);

  /** Returns all values of a header. */
  protected abstract Iterator<String> requestHeaders(String name);

  /** Returns the names of all headers. */
  protected abstract Iterable<String> requestHeaderNames();

  /** Returns what HTTP/2 sends in the place of a {@code Host} header, or null. */
  protected abstract @Nullable String authority();

  /** Returns the address of the other end of the connection, or null. */
  protected abstract @Nullable String peerAddress();

  /** Returns the port of the other end of the connection, or 0. */
  protected abstract int peerPort();

  /**
   * Returns the pattern that the request matched, with the context path, as far as it is known by
   * now; null when there is none. Never the raw path.
   */
  protected abstract @Nullable String currentRoute();

  /**
   * Returns what the request has in common with others. Asked when it begins, once; an adapter that
   * keeps kinds returns the same one for the next request.
   */
  protected abstract RequestKind requestKind(ServerTelemetry starting);

  /**
   * Returns the path within the application, decoded, for patterns to look at; only asked where
   * there are patterns.
   */
  protected abstract String applicationPath();

  /** Returns whether the request is for an endpoint of ours, which is not worth measuring. */
  protected abstract boolean isOwnEndpoint();

  /** Sets a header of the response, which is not committed yet. */
  protected abstract void setResponseHeader(String name, String value);

  /** Returns all values of a header of the response. */
  protected abstract Iterator<String> responseHeaders(String name);

  /**
   * Returns the length that the header of the response names, once that was sent; negative before,
   * and without one.
   */
  protected long sentLength() {
    return -1;
  }

  /** Starts the measurement: one clock reading, for the span and for the metric. */
  public final void start(ServerTelemetry telemetry) {
    startNanos = telemetry.nanoClock.getAsLong();
    this.telemetry = telemetry;
    try {
      RequestKind known = requestKind(telemetry);
      kind = known;
      method = known.method;
      scheme = known.scheme;
      protocolVersion = known.protocolVersion;
      route = known.route;
      if (telemetry.trustedProxies != null) {
        readForwarded(telemetry.trustedProxies);
      }
      // Before the end only a sampler may need to know what routers say.
      if (telemetry.tracing != null && telemetry.tracing.mayAskForRoute()) {
        askForRoute();
      }
    } catch (Throwable e) {
      telemetry.internalError("reading a request", e);
    }
    join(telemetry);
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
   * Adds what this exchange does not record yet: the second of two filters brings its half, and a
   * filter that is registered twice brings nothing.
   *
   * @return whether a span was started, so that it is to be made current
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
        begun = start(metrics);
        measure(by);
      }
    } catch (Throwable e) {
      by.internalError("counting a request", e);
    }
  }

  private LongAdder start(RequestMetrics metrics) {
    RequestKind known = kind;
    LongAdder own = known != null && known.metrics == metrics ? known.started : null;
    if (own == null) {
      return metrics.start(method, scheme);
    }
    own.increment();
    return own;
  }

  private void measure(ServerTelemetry by) {
    if (meter == null) {
      meter = by.figures.meter(startNanos);
    }
  }

  private boolean trace(ServerTelemetry by, ServerTracing tracing) {
    try {
      Context parent = tracing.parent(this);
      if (!by.traces(this)) {
        context = TracingSuppression.in(parent);
        return true;
      }
      startEpochNanos = tracing.epochNanos(startNanos);
      Span started = tracing.start(this, parent);
      context = tracing.context(parent, started);
      span = started;
      if (recording) {
        measure(by);
      }
      tracing.announce(this, started);
      return true;
    } catch (Throwable e) {
      by.internalError("starting a span", e);
      return context != null;
    }
  }

  /** Called by {@link ServerTracing} when the span that it started is recording. */
  final void markRecording() {
    recording = true;
  }

  /** Returns whether the span was recording when it started; asking the span takes its lock. */
  final boolean isRecording() {
    return recording;
  }

  final long startEpochNanos() {
    return startEpochNanos;
  }

  /**
   * Makes the request's span current on this thread until the scope is closed; does nothing when
   * there is no span, or it is current already.
   */
  public final Scope makeCurrent() {
    return context == Context.current() ? Scope.noop() : enter();
  }

  /** As {@link #makeCurrent}, for the thread that has just started the exchange. */
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

  /** Ends what {@link #makeCurrent} began. */
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
   * Takes over a request that was counted without an exchange and has turned out to need one: it
   * fails, or goes on without its thread.
   */
  protected final void takeOver(MetricsOnlyRequests requests, RequestKind known, long begunNanos) {
    telemetry = requests.telemetry;
    countedBy = requests.telemetry;
    kind = known;
    begun = known.started;
    startNanos = begunNanos;
    method = known.method;
    scheme = known.scheme;
    protocolVersion = known.protocolVersion;
    route = known.route;
  }

  /** Returns what measures more of the request than its duration, or null where nothing does. */
  public final @Nullable RequestMeter meter() {
    return meter;
  }

  /** Returns the context of the request's span, or null when there is none. */
  public final @Nullable Context context() {
    return context;
  }

  /** Notes what went wrong, for {@link #finish}; the first failure is kept. */
  public final void failed(@Nullable Throwable failure) {
    if (error == null) {
      error = failure;
    }
  }

  /** Returns the failure that was noted first, or null. */
  protected final @Nullable Throwable failure() {
    return error;
  }

  /** Returns whether {@link #finish} has been called. */
  public final boolean isFinished() {
    return finished;
  }

  /**
   * Ends the measurement; only the first call does.
   *
   * @param responseStatus the status that the client was sent, or 0 when it was sent none
   */
  public final void finish(int responseStatus) {
    ServerTelemetry owner = telemetry;
    if (owner != null && FINISHED.compareAndSet(this, false, true)) {
      end(owner, responseStatus);
    }
  }

  /**
   * As {@link #finish}, for an adapter that knows that no other thread can call that meanwhile: a
   * request that was never asynchronous is spared the compare-and-set.
   *
   * @param responseStatus the status that the client was sent, or 0 when it was sent none
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
    status = responseStatus;
    if (failure != null) {
      errorType = failure.getClass().getName();
    } else if (responseStatus >= 500) {
      errorType = StatusCodes.text(responseStatus);
    }
    String startRoute = route;
    try {
      askForRoute();
    } catch (Throwable e) {
      owner.internalError("asking for the route", e);
    }
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
    // First, because an exemplar marks its span, which must not have ended then.
    record(durationNanos);
    endSpan(startRoute, failure, durationNanos);
  }

  private void endSpan(String startRoute, @Nullable Throwable failure, long durationNanos) {
    ServerTelemetry by = tracedBy;
    if (by == null || by.tracing == null || span == null) {
      return;
    }
    try {
      if (recording) {
        if (meter != null) {
          by.figures.describe(meter, span);
        }
        by.extras.describe(this, span);
      }
    } catch (Throwable e) {
      by.internalError("asking for an attribute", e);
    }
    try {
      by.tracing.finish(this, span, startRoute, failure, durationNanos);
    } catch (Throwable e) {
      by.internalError("ending a span", e);
    }
  }

  private void record(long durationNanos) {
    ServerTelemetry by = countedBy;
    if (by == null || by.metrics == null || begun == null) {
      return;
    }
    try {
      extra = by.extras.labelValues(this, by.metrics);
    } catch (Throwable e) {
      by.internalError("asking for a label", e);
      extra = by.extras.noValues();
    }
    Series series;
    try {
      series = series(by.metrics);
    } catch (Throwable e) {
      RequestMetrics.lost(begun);
      by.internalError("looking for a series", e);
      return;
    }
    try {
      SpanContext context = span == null ? null : span.getSpanContext();
      boolean sampled = context != null && context.isSampled();
      SpanContext example = sampled ? context : null;
      long endEpochNanos = startEpochNanos + durationNanos;
      boolean exemplar = series.observe(durationNanos, example, endEpochNanos);
      if (meter != null) {
        exemplar |= by.figures.record(meter, series, example, endEpochNanos);
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
    // The same text, not one like it: else comparing would be as dear as looking.
    @SuppressWarnings("ReferenceEquality")
    boolean plain = known != null && known.metrics == metrics && route == known.route && isPlain();
    return known != null && plain ? known.succeeded(metrics, status) : metrics.series(this);
  }

  private void askForRoute() {
    String named = currentRoute();
    if (named != null && !named.equals(route)) {
      // A router may report what the client sent; it is kept for as long as the process runs.
      route = SafeText.attribute(named);
    }
  }
}
