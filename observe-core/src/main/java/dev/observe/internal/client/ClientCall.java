/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.client;

import dev.observe.client.ObservedHttpClient;
import dev.observe.internal.instrument.BucketExemplars;
import dev.observe.internal.semconv.HttpAttributes;
import dev.observe.internal.semconv.KnownMethods;
import dev.observe.internal.semconv.StatusCodes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One call of an {@link ObservedHttpClient}, from its start to its end. */
public final class ClientCall {
  private final ClientTelemetry telemetry;
  private final HttpRequest original;
  private final long startNanos;
  private final AtomicBoolean finished = new AtomicBoolean();
  long startEpochNanos;
  private HttpRequest request;
  private Span span = Span.getInvalid();
  String method = KnownMethods.OTHER;

  ClientCall(ClientTelemetry telemetry, HttpRequest original, long startNanos) {
    this.telemetry = telemetry;
    this.original = original;
    this.request = original;
    this.startNanos = startNanos;
  }

  /** Sets the span and the request with its context in the headers. */
  void traced(Span started, HttpRequest carrier) {
    span = started;
    request = carrier;
  }

  long startNanos() {
    return startNanos;
  }

  HttpRequest original() {
    return original;
  }

  /** Returns the request to send. */
  public HttpRequest request() {
    return request;
  }

  /** Records the response or the failure; only the first call has an effect. */
  public void finish(@Nullable HttpResponse<?> response, @Nullable Throwable failure) {
    if (!finished.compareAndSet(false, true)) {
      return;
    }
    try {
      long durationNanos = telemetry.nanoTime() - startNanos;
      int status = response == null ? 0 : response.statusCode();
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      String errorType =
          cause != null
              ? cause.getClass().getName()
              : status >= 400 ? StatusCodes.text(status) : "";
      String version = response == null ? "" : version(response.version());
      try {
        // Before the span ends: an exemplar is marked on it.
        if (telemetry.record(
            this, status, errorType, version, durationNanos, span.getSpanContext())) {
          BucketExemplars.mark(span);
        }
      } finally {
        end(status, errorType, version, cause, durationNanos);
      }
    } catch (Throwable e) {
      telemetry.internalError("ending a call", e);
    }
  }

  private void end(
      int status, String errorType, String version, @Nullable Throwable cause, long durationNanos) {
    if (span.isRecording()) {
      if (status != 0) {
        span.setAttribute(HttpAttributes.HTTP_RESPONSE_STATUS_CODE, StatusCodes.boxed(status));
        span.setAttribute(HttpAttributes.NETWORK_PROTOCOL_VERSION, version);
      }
      if (cause != null) {
        span.recordException(cause);
      }
      if (!errorType.isEmpty()) {
        span.setAttribute(HttpAttributes.ERROR_TYPE, errorType);
        span.setStatus(StatusCode.ERROR);
      }
    }
    span.end(startEpochNanos + durationNanos, TimeUnit.NANOSECONDS);
  }

  private static String version(Version version) {
    return version == Version.HTTP_2 ? "2" : "1.1";
  }
}
