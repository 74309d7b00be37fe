/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.check;

import dev.observe.internal.http.Connector;
import dev.observe.internal.otlp.EncodedRequestCapture;
import dev.observe.internal.otlp.OtlpProperties;
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
 * The OTLP endpoint as the exporter would use it. The stock exporter reads the settings, as in
 * {@link EncodedRequestCapture}: a check that read them otherwise would check something else.
 *
 * @param sslContext null for the JVM's own
 * @param proxies null where there are none
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
   * Returns where spans go, or null when the exporter is not OpenTelemetry's own.
   *
   * @throws RuntimeException if a setting is wrong, for example a file that is not there
   */
  static @Nullable ProbeTarget of(ConfigProperties config) {
    boolean grpc = "grpc".equals(config.getString(setting(config, "protocol")));
    return grpc ? ofGrpc(config) : ofHttp(config);
  }

  private static @Nullable ProbeTarget ofHttp(ConfigProperties config) {
    EncodedRequestCapture.Loader loader =
        new EncodedRequestCapture.Loader(config.getComponentLoader(), 0);
    create(new OtlpProperties(config, "http/protobuf", loader));
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
    create(new OtlpProperties(config, "grpc", capture));
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
            // Whether a gRPC sender knows of proxies depends on the jar.
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

  /** Returns the setting that is in force: that for spans where it is set, or that for all. */
  private static String setting(ConfigProperties config, String name) {
    return config.getString(TRACES + name) == null ? ALL + name : TRACES + name;
  }

  /** Returns a setting's property and variable, for a message that says what to change. */
  String named(String name) {
    return SpanExporters.named(setting(config, name));
  }

  boolean isSet(String name) {
    return config.getString(setting(config, name)) != null;
  }

  /** Whether the endpoint is that for spans, to which no path is added. */
  boolean isTakenAsItIs() {
    return config.getString(TRACES + "endpoint") != null;
  }

  boolean tls() {
    return "https".equals(endpoint.getScheme());
  }

  /** Returns the host, without the brackets that a URL has around an address of IPv6. */
  String host() {
    return Connector.host(endpoint);
  }

  int port() {
    return Connector.port(endpoint);
  }

  /** Returns host and port as a URL has them. */
  String authority() {
    return endpoint.getHost() + ":" + port();
  }

  String path() {
    String path = endpoint.getRawPath();
    return path == null || path.isEmpty() ? "/" : path;
  }

  /** Returns the URL with this path; neither user nor query, as either may hold a secret. */
  String url(String scheme, String path) {
    String port = endpoint.getPort() < 0 ? "" : ":" + endpoint.getPort();
    return scheme + "://" + endpoint.getHost() + port + path;
  }

  String url() {
    return url(String.valueOf(endpoint.getScheme()), grpc ? "" : path());
  }

  /** Stands where the stock exporter expects the network, and keeps what it was told. */
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
      onError.accept(new IllegalStateException("nothing is sent from here"));
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
