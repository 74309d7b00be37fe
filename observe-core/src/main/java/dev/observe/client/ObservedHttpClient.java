/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.client;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.internal.client.ClientCall;
import dev.observe.internal.client.ClientTelemetry;
import dev.observe.internal.config.Settings;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A {@link HttpClient} that creates a span for each call, propagates the trace in the headers of
 * the request, and records the duration of the call.
 *
 * <pre>{@code
 * HttpClient client = ObservedHttpClient.wrap(HttpClient.newHttpClient(), tracing, metrics);
 * }</pre>
 *
 * <p>Every other method delegates to the wrapped client, which the caller closes. As thread-safe as
 * the wrapped client.
 *
 * <p>The span ends when the body handler has received the headers and the body of the response,
 * which is when {@code send} returns. WebSockets are not observed.
 *
 * @since 0.1
 */
public final class ObservedHttpClient extends HttpClient {
  private final HttpClient client;
  private final ClientTelemetry telemetry;

  private ObservedHttpClient(HttpClient client, ClientTelemetry telemetry) {
    this.client = Objects.requireNonNull(client, "client");
    this.telemetry = telemetry;
  }

  /** Returns a client whose calls are traced. */
  public static HttpClient wrap(HttpClient client, Tracing tracing) {
    return observed(client, tracing.openTelemetry(), null);
  }

  /**
   * Returns a client whose calls are traced and timed.
   *
   * @throws IllegalArgumentException if another collector has registered {@code
   *     http_client_request_duration_seconds}
   */
  public static HttpClient wrap(HttpClient client, Tracing tracing, Metrics metrics) {
    return wrap(client, tracing.openTelemetry(), metrics.registry());
  }

  /** Returns a client whose calls are traced by any OpenTelemetry. */
  public static HttpClient wrap(HttpClient client, OpenTelemetry openTelemetry) {
    return observed(client, openTelemetry, null);
  }

  /**
   * Returns a client whose calls are traced by any OpenTelemetry and timed in any registry.
   *
   * @throws IllegalArgumentException if another collector has registered {@code
   *     http_client_request_duration_seconds}
   */
  public static HttpClient wrap(
      HttpClient client, OpenTelemetry openTelemetry, PrometheusRegistry registry) {
    return observed(client, openTelemetry, Objects.requireNonNull(registry, "registry"));
  }

  private static HttpClient observed(
      HttpClient client, OpenTelemetry openTelemetry, @Nullable PrometheusRegistry registry) {
    Objects.requireNonNull(openTelemetry, "openTelemetry");
    return new ObservedHttpClient(
        client, new ClientTelemetry(openTelemetry, registry, Settings.of(Map.of())));
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
      throws IOException, InterruptedException {
    ClientCall call = telemetry.start(request);
    try {
      HttpResponse<T> response = client.send(call.request(), handler);
      call.finish(response, null);
      return response;
    } catch (Throwable e) {
      call.finish(null, e);
      throw e;
    }
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> handler) {
    return sendAsync(request, handler, null);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request,
      BodyHandler<T> handler,
      @Nullable PushPromiseHandler<T> pushPromiseHandler) {
    ClientCall call = telemetry.start(request);
    CompletableFuture<HttpResponse<T>> future;
    try {
      future = client.sendAsync(call.request(), handler, pushPromiseHandler);
    } catch (Throwable e) {
      call.finish(null, e);
      throw e;
    }
    // The JDK propagates a cancel of the dependent future to the call, so this one can be returned.
    // Its waiters see the span ended.
    return future.whenComplete(call::finish);
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return client.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }

  @Override
  public WebSocket.Builder newWebSocketBuilder() {
    return client.newWebSocketBuilder();
  }
}
