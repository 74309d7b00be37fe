/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.config.Setting;
import dev.observe.internal.start.MetricsAssembly;
import dev.observe.internal.start.MetricsOptions;
import dev.observe.internal.start.OptionValues;
import dev.observe.internal.start.ProcessOpenTelemetry;
import dev.observe.internal.start.SdkFactory;
import dev.observe.internal.versions.VersionCheck;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Starts a {@link Metrics} with options. System properties and environment variables override the
 * options.
 *
 * <pre>{@code
 * Metrics metrics = Metrics.builder("shop").port(9400).bearerToken(token).start();
 * }</pre>
 *
 * <p>For one thread. Of an option with one value the last call wins; options with several values
 * add up. Every method throws {@link NullPointerException} if an argument is null. Files, addresses
 * and characters are validated by {@link #start} unless a method documents its own check.
 *
 * @since 0.1
 */
public final class MetricsBuilder {
  private final String serviceName;
  private final Map<String, String> properties = new HashMap<>();
  private final AttributesBuilder resourceAttributes = Attributes.builder();
  private @Nullable PrometheusRegistry registry;
  private boolean endpoint = true;
  private boolean ignorePortInUse;
  private boolean global = true;
  private boolean isolated;

  MetricsBuilder(String serviceName) {
    this.serviceName = SdkFactory.requireServiceName(serviceName);
  }

  /**
   * Binds this address. Every client that reaches it can read the metrics, unless credentials are
   * set.
   *
   * <p>Defaults to {@code 127.0.0.1}; {@code OTEL_EXPORTER_PROMETHEUS_HOST}.
   *
   * @param host a name or an IP literal of this machine; {@code 0.0.0.0} for all addresses
   */
  public MetricsBuilder host(String host) {
    return property(Setting.ENDPOINT_HOST.name(), host);
  }

  /**
   * Binds this port.
   *
   * <p>Defaults to 2112; {@code OTEL_EXPORTER_PROMETHEUS_PORT}.
   *
   * @param port from 1 to 65535, or 0 for any free port
   * @throws IllegalArgumentException if the port is not from 0 to 65535
   */
  public MetricsBuilder port(int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be from 0 to 65535, was " + port);
    }
    return property(Setting.ENDPOINT_PORT.name(), Integer.toString(port));
  }

  /**
   * Adds host names under which clients may request the page while it listens on loopback and
   * requires no credentials. Requests with another host name get status 421, because a page of
   * another site in a browser on this machine could send them (DNS rebinding).
   *
   * <p>{@code localhost}, IP addresses and the bound name are always allowed; {@code
   * OBSERVE_METRICS_ALLOWED_HOSTS}.
   *
   * @param names host names without a port, such as the name of a proxy on this machine; {@code *}
   *     allows every name
   * @throws IllegalArgumentException if a name is blank or contains a comma
   */
  public MetricsBuilder allowedHosts(String... names) {
    OptionValues.add(properties, Setting.ALLOWED_HOSTS.name(), "names", names);
    return this;
  }

  /**
   * Requires a user and a password. If a bearer token is set too, either is sufficient. Without TLS
   * the password is readable on the network.
   *
   * <p>Defaults to no credentials; {@code OBSERVE_METRICS_USER} and {@code
   * OBSERVE_METRICS_PASSWORD}.
   *
   * @param user without a colon
   * @param password at least one character that is not a space
   */
  public MetricsBuilder basicAuthentication(String user, String password) {
    return property(Setting.USER.name(), user).property(Setting.PASSWORD.name(), password);
  }

  /**
   * Requires a bearer token. If a user is set too, either is sufficient. Without TLS the token is
   * readable on the network.
   *
   * <p>Defaults to no credentials; {@code OBSERVE_METRICS_BEARER_TOKEN}.
   *
   * @param token letters, digits and {@code - . _ ~ + / =}
   */
  public MetricsBuilder bearerToken(String token) {
    return property(Setting.BEARER_TOKEN.name(), token);
  }

  /**
   * Serves HTTPS with a certificate and a key in PEM files, which are read once at the start.
   *
   * <p>Defaults to HTTP; {@code OBSERVE_METRICS_TLS_CERTIFICATE} and {@code
   * OBSERVE_METRICS_TLS_KEY}.
   *
   * @param certificateChain the certificate of the server, followed by its issuers
   * @param privateKey the key of the first certificate: PKCS#8, not encrypted
   */
  public MetricsBuilder tlsPem(Path certificateChain, Path privateKey) {
    return property(Setting.TLS_CERTIFICATE.name(), certificateChain.toString())
        .property(Setting.TLS_KEY.name(), privateKey.toString());
  }

  /**
   * Serves HTTPS with a key store (PKCS12 or JKS), which is read once at the start.
   *
   * <p>Defaults to HTTP; {@code OBSERVE_METRICS_TLS_KEY_STORE} and {@code
   * OBSERVE_METRICS_TLS_KEY_STORE_PASSWORD}.
   *
   * @param keyStore contains one private key with its certificates
   * @param password of the store and of the key
   */
  public MetricsBuilder tlsKeyStore(Path keyStore, String password) {
    return property(Setting.TLS_KEY_STORE.name(), keyStore.toString())
        .property(Setting.TLS_KEY_STORE_PASSWORD.name(), password);
  }

  /**
   * Serves this registry.
   *
   * <p>Defaults to {@link PrometheusRegistry#defaultRegistry}; with {@link #disableGlobal()}, to a
   * new one.
   */
  public MetricsBuilder registry(PrometheusRegistry registry) {
    this.registry = Objects.requireNonNull(registry, "registry");
    return this;
  }

  /** Binds no port, for an application that serves the page with a {@code MetricsServlet}. */
  public MetricsBuilder disableEndpoint() {
    this.endpoint = false;
    return this;
  }

  /**
   * Starts without an endpoint if another program uses its port, or an application of this JVM with
   * other access settings. A warning is logged, and the page, which a {@code MetricsServlet} may
   * serve, shows {@code observe_endpoint_up 0}. When that application ends, this one binds the
   * port.
   *
   * <p>By default the start fails then. Applications of this JVM with the same access settings
   * share the port.
   */
  public MetricsBuilder ignorePortInUse() {
    this.ignorePortInUse = true;
    return this;
  }

  /**
   * Serves the live page at {@code /live/}, and keeps recent traces, rates and the requests in
   * flight for it. Traces need {@link TracingBuilder#live()} too. Without a user or a bearer token,
   * the start prints an address with a random token.
   *
   * <p>Off by default; {@code OBSERVE_LIVE}, which also serves for traces.
   */
  public MetricsBuilder live() {
    return property(Setting.LIVE.name(), "true");
  }

  /**
   * Leaves the metrics of the JVM and the process out of the page.
   *
   * <p>On by default; {@code OBSERVE_METRICS_JVM=none}.
   */
  public MetricsBuilder disableJvmMetrics() {
    return property(Setting.JVM_METRICS.name(), "none");
  }

  /**
   * Pushes the page to a Pushgateway when the handle closes or the JVM exits, for jobs that end
   * before a scrape. Such a job needs no port: see {@link #disableEndpoint()}.
   *
   * <p>Defaults to none; {@code OBSERVE_METRICS_PUSHGATEWAY}. The job is named after the service,
   * or by {@code observe.metrics.pushgateway.job}; {@code observe.metrics.pushgateway.instance} and
   * {@code observe.metrics.pushgateway.interval} are for jobs with several instances and for long
   * jobs.
   *
   * @param url such as {@code http://pushgateway:9091}, with {@code user:password@} if it requires
   *     credentials
   */
  public MetricsBuilder pushgateway(String url) {
    return property(Setting.PUSHGATEWAY.name(), url);
  }

  /** Adds an attribute to the resource, which the page shows as labels of {@code target_info}. */
  public MetricsBuilder resourceAttribute(String key, String value) {
    resourceAttributes.put(
        Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
    return this;
  }

  /**
   * Sets a property of OpenTelemetry's autoconfiguration or of observe.
   *
   * @param name the property, such as {@code otel.metrics.exporter}
   */
  public MetricsBuilder property(String name, String value) {
    properties.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    return this;
  }

  /**
   * Does not become the process-wide metrics, nor touch {@link
   * io.opentelemetry.api.GlobalOpenTelemetry} and the default registry, so that several handles can
   * exist side by side.
   */
  public MetricsBuilder disableGlobal() {
    this.global = false;
    return this;
  }

  /**
   * Isolates this instance for tests: a new registry, no port, no push and no metrics of the JVM,
   * whatever the settings of the environment. Nothing global changes, and the exit of the JVM has
   * no effect.
   *
   * <p>With JUnit, use {@code dev.observe.testing.ObserveExtension}, which does this and more.
   */
  public MetricsBuilder isolated() {
    this.isolated = true;
    return disableGlobal().disableEndpoint();
  }

  /**
   * Starts metrics. If it fails, everything that it opened is closed again.
   *
   * @throws IllegalArgumentException if a setting is not valid; the message names the setting, the
   *     rule, the value and the fix
   * @throws IllegalStateException if metrics have been started in this process and not closed, or
   *     if the versions of OpenTelemetry and the Prometheus client on the class path cannot work;
   *     the message names them and the fix
   * @throws java.io.UncheckedIOException if the port cannot be bound; the message names address and
   *     cause
   */
  public Metrics start() {
    return VersionCheck.start(this::startChecked);
  }

  private Metrics startChecked() {
    PrometheusRegistry served =
        registry != null
            ? registry
            : global ? PrometheusRegistry.defaultRegistry : new PrometheusRegistry();
    MetricsAssembly assembly =
        new MetricsAssembly(
            new MetricsOptions(
                serviceName,
                properties,
                resourceAttributes.build(),
                served,
                endpoint,
                ignorePortInUse,
                isolated));
    if (global) {
      ProcessOpenTelemetry.INSTANCE.metrics().requireFree();
    }
    Metrics metrics = new Metrics(serviceName, assembly.start());
    try {
      if (!isolated) {
        metrics.closeAtExit();
      }
      if (global) {
        ProcessOpenTelemetry.INSTANCE.metrics().fill(metrics.view());
      }
    } catch (Throwable e) {
      metrics.shutdown(Duration.ZERO);
      throw e;
    }
    return metrics;
  }
}
