/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.context.LogContext;
import dev.observe.internal.request.forwarded.ForwardedRequest;
import dev.observe.internal.request.forwarded.HostPort;
import dev.observe.internal.request.span.AttributeLimits;
import dev.observe.internal.request.span.KnownSampler;
import dev.observe.internal.request.span.RequestSpans;
import dev.observe.internal.request.span.SpanAttributes;
import dev.observe.internal.semconv.HttpAttributes;
import dev.observe.internal.semconv.InstrumentationScope;
import dev.observe.internal.semconv.KnownMethods;
import dev.observe.internal.semconv.Scheme;
import dev.observe.internal.semconv.StatusCodes;
import dev.observe.internal.util.EpochClock;
import dev.observe.internal.util.SafeText;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Creates the span of a request, by the semantic conventions 1.44.0 (http-spans.md). */
final class ServerTracing {
  private static final String SDK_SPAN = "io.opentelemetry.sdk.trace.SdkSpan";

  /** The descriptions of the default propagators, which read two headers. */
  private static final Set<String> W3C =
      Set.of(
          "W3CTraceContextPropagator",
          "MultiTextMapPropagator{textMapPropagators=[W3CTraceContextPropagator,"
              + " W3CBaggagePropagator]}");

  private final Tracer tracer;
  private final TextMapPropagator propagator;
  private final boolean readsW3cOnly;
  private final KnownSampler sampler;
  private final Redaction redaction;
  private final ExceptionRecorder exceptions;
  private final CapturedHeaders requestHeaders;
  private final CapturedHeaders responseHeaders;
  final boolean logContext;
  final TraceIdHeaders traceIds;
  private final EpochClock epochClock;
  private final SpanNames names = new SpanNames();
  private final RecentTexts userAgents = new RecentTexts();
  private final @Nullable DroppedRequests dropped;
  private final RequestSpans.@Nullable Owner spans;

  /** The SDK's class of spans, which is not public, after the first one. */
  private volatile @Nullable Class<?> sdkSpan;

  /** The last host: most servers have one name. */
  private volatile HostPort host = new HostPort("", null, null);

  ServerTracing(OpenTelemetry openTelemetry, Settings settings, EpochClock epochClock) {
    this.tracer = InstrumentationScope.tracer(openTelemetry);
    this.propagator = openTelemetry.getPropagators().getTextMapPropagator();
    this.readsW3cOnly = W3C.contains(propagator.toString());
    this.sampler = KnownSampler.of(openTelemetry);
    this.redaction = Redaction.from(settings);
    this.exceptions = ExceptionRecorder.create(openTelemetry, settings);
    this.requestHeaders =
        CapturedHeaders.from(settings, Setting.CAPTURED_REQUEST_HEADERS, "http.request.header.");
    this.responseHeaders =
        CapturedHeaders.from(settings, Setting.CAPTURED_RESPONSE_HEADERS, "http.response.header.");
    this.traceIds = TraceIdHeaders.from(settings);
    this.dropped =
        openTelemetry instanceof DroppedRequests.Owner owner ? owner.droppedRequests() : null;
    this.spans = openTelemetry instanceof RequestSpans.Owner owner ? owner : null;
    this.logContext = LogContext.isOn(settings);
    this.epochClock = epochClock;
  }

  /** Returns the wall-clock time of a reading of the nanosecond clock. */
  long epochNanos(long nanos) {
    return epochClock.epochNanos(nanos);
  }

  /** Starts the span of a request, a child of the span that the request's headers name. */
  Span start(ServerExchange exchange, Context parent) {
    SpanContext caller = Span.fromContext(parent).getSpanContext();
    RequestSpans own = spans == null ? null : spans.requestSpans();
    return own == null
        ? startBySdk(exchange, parent, caller)
        : startOwn(own, exchange, parent, caller);
  }

  /** Returns whether the sampler may read the route of a request that starts. */
  boolean samplerMayReadRoute() {
    return spans == null || spans.requestSpans() == null;
  }

  private Span startOwn(
      RequestSpans own, ServerExchange exchange, Context parent, SpanContext caller) {
    SpanContext context = own.decide(parent, caller);
    if (!context.isSampled()) {
      return Span.wrap(context);
    }
    exchange.recording = true;
    return own.start(
        context,
        caller,
        names.name(exchange.method, exchange.route),
        exchange.startEpochNanos,
        exchange.startNanos,
        describe(exchange, own.attributeLimits()));
  }

  private Span startBySdk(ServerExchange exchange, Context parent, SpanContext caller) {
    SpanBuilder builder =
        tracer
            .spanBuilder(names.name(exchange.method, exchange.route))
            .setSpanKind(SpanKind.SERVER)
            .setParent(parent)
            .setStartTimestamp(exchange.startEpochNanos, TimeUnit.NANOSECONDS);
    if (sampler.wantsAttributesFirst(caller)) {
      // Set on the builder: a started span takes its lock for each attribute.
      Span span = builder.setAllAttributes(describe(exchange, AttributeLimits.NONE)).startSpan();
      if (isRecording(span)) {
        exchange.recording = true;
      }
      return span;
    }
    Span span = builder.startSpan();
    if (isRecording(span)) {
      exchange.recording = true;
      span.setAllAttributes(describe(exchange, AttributeLimits.NONE));
    }
    return span;
  }

  /** Adds the attributes of a request to a span that another instrumentation has started. */
  Span describeForeign(ServerExchange exchange, Span span) {
    if (span.isRecording()) {
      exchange.recording = true;
      span.setAllAttributes(describe(exchange, AttributeLimits.NONE));
    }
    return span;
  }

  /** Avoids the lock of the SDK's span, which is always recording just after its start. */
  private boolean isRecording(Span span) {
    // Compared by class: an instanceof of an interface it lacks is a search.
    if (span.getClass() == sdkSpan) {
      return true;
    }
    boolean recording = span.isRecording();
    if (recording && span.getClass().getName().equals(SDK_SPAN)) {
      sdkSpan = span.getClass();
    }
    return recording;
  }

  Context parent(ServerExchange exchange) {
    Context current = currentUnlessLeaked();
    // Most requests have neither; reading two headers takes a third of the time of extract.
    boolean mayHaveParent =
        !readsW3cOnly
            || exchange.requestHeader("traceparent") != null
            || exchange.requestHeader("baggage") != null;
    Context extracted =
        mayHaveParent ? propagator.extract(current, exchange, RequestHeaders.GETTER) : current;
    return traceIds.parent(extracted, exchange);
  }

  /** Ignores a current span that has ended: other code left it behind on this pool thread. */
  private static Context currentUnlessLeaked() {
    Context current = Context.current();
    if (current == Context.root()) {
      return current;
    }
    Span span = Span.fromContext(current);
    boolean ended = span.getSpanContext().isSampled() && !span.isRecording();
    return ended ? Context.root() : current;
  }

  private SpanAttributes describe(ServerExchange exchange, AttributeLimits limits) {
    SpanAttributes attributes = new SpanAttributes(limits);
    attributes.add(HttpAttributes.HTTP_REQUEST_METHOD, exchange.method);
    if (exchange.method.equals(KnownMethods.OTHER)) {
      attributes.add(
          HttpAttributes.HTTP_REQUEST_METHOD_ORIGINAL,
          SafeText.attribute(exchange.requestMethod()));
    }
    attributes.add(
        HttpAttributes.URL_PATH, SafeText.attribute(redaction.path(exchange.requestPath())));
    String query = exchange.requestQuery();
    if (query != null && !query.isEmpty()) {
      attributes.add(HttpAttributes.URL_QUERY, SafeText.attribute(redaction.query(query)));
    }
    attributes.add(HttpAttributes.URL_SCHEME, exchange.scheme);
    if (!exchange.route.isEmpty()) {
      attributes.add(HttpAttributes.HTTP_ROUTE, exchange.route);
    }
    describeServer(exchange, attributes);
    String peer = exchange.peerAddress();
    if (peer != null) {
      ForwardedRequest forwarded = exchange.forwarded;
      String client = forwarded == null ? null : forwarded.clientAddress();
      attributes.add(HttpAttributes.CLIENT_ADDRESS, client == null ? peer : client);
      attributes.add(HttpAttributes.NETWORK_PEER_ADDRESS, peer);
      if (exchange.peerPort() > 0) {
        attributes.add(HttpAttributes.NETWORK_PEER_PORT, Long.valueOf(exchange.peerPort()));
      }
    }
    if (!exchange.protocolVersion.isEmpty()) {
      attributes.add(HttpAttributes.NETWORK_PROTOCOL_VERSION, exchange.protocolVersion);
    }
    String userAgent = exchange.requestHeader("User-Agent");
    if (userAgent != null) {
      attributes.add(HttpAttributes.USER_AGENT_ORIGINAL, userAgents.attribute(userAgent));
    }
    for (CapturedHeaders.Header header : requestHeaders.headers()) {
      List<String> values = CapturedHeaders.clean(exchange.requestHeaders(header.name()));
      if (!values.isEmpty()) {
        attributes.add(header.key(), values);
      }
    }
    return attributes;
  }

  private void describeServer(ServerExchange exchange, SpanAttributes attributes) {
    ForwardedRequest forwarded = exchange.forwarded;
    HostPort named = forwarded == null ? null : forwarded.host();
    if (named == null) {
      named = hostHeader(exchange);
    }
    if (named == null || named.address() == null) {
      return;
    }
    attributes.add(HttpAttributes.SERVER_ADDRESS, named.address());
    Long port = forwarded == null ? null : forwarded.port();
    if (port == null) {
      port = named.port();
    }
    if (port == null) {
      port = exchange.scheme.equals(Scheme.HTTPS) ? 443L : 80L;
    }
    attributes.add(HttpAttributes.SERVER_PORT, port);
  }

  private @Nullable HostPort hostHeader(ServerExchange exchange) {
    String header = exchange.requestHeader("Host");
    if (header == null) {
      header = exchange.authority();
      if (header == null) {
        return null;
      }
    }
    HostPort current = host;
    if (!current.header().equals(header)) {
      current = HostPort.parse(header);
      host = current;
    }
    return current;
  }

  /** Sets the trace id on the response if a setting requires it. */
  void addTraceIdHeader(ServerExchange exchange, Span span) {
    String name = traceIds.responseName();
    if (name != null && span.getSpanContext().isValid()) {
      exchange.setResponseHeader(name, traceIds.responseValue(span.getSpanContext()));
    }
  }

  /** Returns the context in which the request is served. */
  Context context(Context parent, Span span) {
    return logContext ? LogContext.logged(parent, span) : parent.with(span);
  }

  void finish(
      ServerExchange exchange,
      Span span,
      String startRoute,
      @Nullable Throwable error,
      long nanos) {
    if (exchange.recording) {
      if (!exchange.route.equals(startRoute)) {
        if (!exchange.hasForeignSpan()) {
          span.updateName(names.name(exchange.method, exchange.route));
        }
        span.setAttribute(HttpAttributes.HTTP_ROUTE, exchange.route);
      }
      if (exchange.status != 0) {
        span.setAttribute(
            HttpAttributes.HTTP_RESPONSE_STATUS_CODE, StatusCodes.boxed(exchange.status));
      }
      for (CapturedHeaders.Header header : responseHeaders.headers()) {
        List<String> values = CapturedHeaders.clean(exchange.responseHeaders(header.name()));
        if (!values.isEmpty()) {
          span.setAttribute(header.key(), values);
        }
      }
      if (error != null && !exchange.hasForeignSpan() && span.isRecording()) {
        exceptions.record(span, error);
      }
      if (!exchange.errorType.isEmpty()) {
        span.setAttribute(HttpAttributes.ERROR_TYPE, exchange.errorType);
        span.setStatus(StatusCode.ERROR);
      }
    }
    if (!exchange.hasForeignSpan()) {
      span.end(exchange.startEpochNanos + nanos, TimeUnit.NANOSECONDS);
    }
    if (dropped != null
        && !span.getSpanContext().isSampled()
        && dropped.isNotable(exchange.errorType, nanos)) {
      dropped.add(entry(exchange, span, nanos));
    }
  }

  private DroppedRequests.Entry entry(ServerExchange exchange, Span span, long nanos) {
    return new DroppedRequests.Entry(
        DroppedRequests.instant(exchange.startEpochNanos),
        Duration.ofNanos(nanos),
        span.getSpanContext().getTraceId(),
        exchange.method,
        SafeText.label(exchange.route),
        SafeText.label(redaction.path(exchange.requestPath())),
        exchange.status,
        SafeText.label(exchange.errorType));
  }
}
