/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import dev.observe.internal.otlp.EncodedRequestCapture;
import dev.observe.internal.otlp.GrpcResponseCapture;
import dev.observe.internal.otlp.SenderExporters;
import dev.observe.internal.otlp.SpanExporters;
import dev.observe.internal.util.Urls;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.HttpSenderProvider;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The OTLP endpoint as the exporter uses it. The stock exporter reads the settings, as in {@link
 * EncodedRequestCapture}, so that the check uses the same values as the export.
 *
 * @param sslContext null for the JVM's default
 * @param proxies null for a direct connection
 */
record ProbeTarget(
    ConfigProperties config,
    boolean grpc,
    URI endpoint,
    Map<String, List<String>> headers,
    @Nullable SSLContext sslContext,
    Duration timeout,
    Duration connectTimeout,
    @Nullable ProxySelector proxies) {
  private static final String ALL = "otel.exporter.otlp.";
  private static final String TRACES = "otel.exporter.otlp.traces.";

  /**
   * Returns the configured endpoint, or null if the exporter is not OpenTelemetry's own.
   *
   * @throws RuntimeException if a setting is invalid, for example a missing file
   */
  static @Nullable ProbeTarget of(ConfigProperties config) {
    boolean grpc = "grpc".equals(config.getString(setting(config, "protocol")));
    return grpc ? ofGrpc(config) : ofHttp(config);
  }

  private static @Nullable ProbeTarget ofHttp(ConfigProperties config) {
    EncodedRequestCapture capture = new EncodedRequestCapture(0);
    SenderExporters.stock(config, "http/protobuf", HttpSenderProvider.class, capture).shutdown();
    HttpSenderConfig http = capture.config();
    if (http == null) {
      return null;
    }
    ProxyOptions proxy = http.getProxyOptions();
    return new ProbeTarget(
        config,
        false,
        http.getEndpoint(),
        headers(http.getHeadersSupplier()),
        http.getSslContext(),
        http.getTimeout(),
        http.getConnectTimeout(),
        proxy == null ? ProxySelector.getDefault() : proxy.getProxySelector());
  }

  private static @Nullable ProbeTarget ofGrpc(ConfigProperties config) {
    GrpcResponseCapture capture = new GrpcResponseCapture(null);
    SenderExporters.stock(config, "grpc", GrpcSenderProvider.class, capture).shutdown();
    GrpcSenderConfig grpc = capture.config();
    return grpc == null
        ? null
        : new ProbeTarget(
            config,
            true,
            grpc.getEndpoint(),
            headers(grpc.getHeadersSupplier()),
            grpc.getSslContext(),
            grpc.getTimeout(),
            grpc.getConnectTimeout(),
            // Support for proxies depends on the jar of the gRPC sender.
            null);
  }

  private static Map<String, List<String>> headers(
      Supplier<Map<String, List<String>>> headersSupplier) {
    return Objects.requireNonNullElse(headersSupplier.get(), Map.of());
  }

  /** Returns the setting for spans if it is set, or the one for all signals. */
  private static String setting(ConfigProperties config, String name) {
    return config.getString(TRACES + name) == null ? ALL + name : TRACES + name;
  }

  /** Returns the property and the variable of a setting, for messages. */
  String named(String name) {
    return SpanExporters.named(setting(config, name));
  }

  boolean isSet(String name) {
    return config.getString(setting(config, name)) != null;
  }

  /** Returns whether the endpoint is used unchanged: no path is appended to that for spans. */
  boolean isUsedUnchanged() {
    return config.getString(TRACES + "endpoint") != null;
  }

  boolean tls() {
    return Urls.isHttps(endpoint);
  }

  /** Returns the host, without the brackets of an IPv6 address. */
  String host() {
    return Urls.host(endpoint);
  }

  int port() {
    return Urls.port(endpoint);
  }

  /** Returns the host and the port in the form of a URL. */
  String authority() {
    return endpoint.getHost() + ":" + port();
  }

  String path() {
    String path = endpoint.getRawPath();
    return path == null || path.isEmpty() ? "/" : path;
  }

  /** Returns the URL with this path, without user and query, which may contain secrets. */
  String url(String path) {
    return Urls.base(endpoint) + path;
  }

  String url() {
    return url(grpc ? "" : path());
  }
}
