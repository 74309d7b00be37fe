/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import dev.observe.internal.http.Connector;
import dev.observe.internal.otlp.EncodedRequestCapture;
import dev.observe.internal.otlp.SenderProperties;
import dev.observe.internal.otlp.SpanExporters;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.opentelemetry.sdk.common.export.ProxyOptions;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
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
    EncodedRequestCapture.Loader loader =
        new EncodedRequestCapture.Loader(config.getComponentLoader(), 0);
    create(new SenderProperties(config, "http/protobuf", loader));
    EncodedRequestCapture capture = loader.created();
    if (capture == null) {
      return null;
    }
    HttpSenderConfig http = capture.config();
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
    GrpcCapture capture = new GrpcCapture(config.getComponentLoader());
    create(new SenderProperties(config, "grpc", capture));
    GrpcSenderConfig grpc = capture.config;
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

  private static void create(ConfigProperties config) {
    SpanExporter exporter = SpanExporters.provider("otlp", config).createExporter(config);
    exporter.shutdown();
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
    return "https".equals(endpoint.getScheme());
  }

  /** Returns the host, without the brackets of an IPv6 address. */
  String host() {
    return Connector.host(endpoint);
  }

  int port() {
    return Connector.port(endpoint);
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
  String url(String scheme, String path) {
    String port = endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort();
    return scheme + "://" + endpoint.getHost() + port + path;
  }

  String url() {
    return url(String.valueOf(endpoint.getScheme()), grpc ? "" : path());
  }

  /** Replaces the gRPC sender of the stock exporter, and captures its configuration. */
  private static final class GrpcCapture
      implements ComponentLoader, GrpcSenderProvider, GrpcSender {
    private final ComponentLoader others;
    private @Nullable GrpcSenderConfig config;

    GrpcCapture(ComponentLoader others) {
      this.others = others;
    }

    @Override
    public <T> Iterable<T> load(Class<T> service) {
      return service == GrpcSenderProvider.class
          ? List.of(service.cast(this))
          : others.load(service);
    }

    @Override
    public GrpcSender createSender(GrpcSenderConfig config) {
      this.config = config;
      return this;
    }

    @Override
    public void send(
        MessageWriter message, Consumer<GrpcResponse> onResponse, Consumer<Throwable> onError) {
      onError.accept(new IllegalStateException("this sender captures the configuration only"));
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
