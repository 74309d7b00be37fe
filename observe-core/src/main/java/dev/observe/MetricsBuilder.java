/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.bridge.OpenTelemetryMetrics;
import dev.observe.internal.bridge.RegistryMetricProducer;
import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.exposition.EndpointUp;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.instrument.CurrentSpanContext;
import dev.observe.internal.instrument.HistogramKind;
import dev.observe.internal.instrument.Instruments;
import dev.observe.internal.instrument.RegistryMetrics;
import dev.observe.internal.jvm.JvmMetrics;
import dev.observe.internal.pages.DiscoverySettings;
import dev.observe.internal.pipeline.PipelineMetrics;
import dev.observe.internal.push.Pushgateway;
import dev.observe.internal.push.PushgatewaySettings;
import dev.observe.internal.server.EndpointAccess;
import dev.observe.internal.server.MetricsEndpoint;
import dev.observe.internal.server.MetricsEndpointBuilder;
import dev.observe.internal.start.InfoPages;
import dev.observe.internal.start.OpenPipelines;
import dev.observe.internal.start.ProcessOpenTelemetry;
import dev.observe.internal.start.SdkFactory;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.registry.MetricNameFilter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Metrics}. Whatever is set here, a system property or an environment variable of
 * OpenTelemetry's overrides.
 *
 * <p>For one thread. Setting an option twice: the last one wins.
 *
 * @since 0.1
 */
public final class MetricsBuilder {
  private static final Logger LOGGER = System.getLogger(MetricsBuilder.class.getName());

  private final String serviceName;
  private final Map<String, String> properties = new HashMap<>();
  private final AttributesBuilder resourceAttributes = Attributes.builder();
  private @Nullable PrometheusRegistry registry;
  private boolean endpoint = true;
  private boolean portInUseTolerated;
  private boolean global = true;
  private boolean isolated;

  MetricsBuilder(String serviceName) {
    this.serviceName = SdkFactory.requireServiceName(serviceName);
  }

  /**
   * Binds another address. Whoever reaches it can read the metrics.
   *
   * <p>Defaults to {@code 127.0.0.1}; {@code OTEL_EXPORTER_PROMETHEUS_HOST}.
   *
   * @param host a name or an IP literal of this machine; {@code 0.0.0.0} for all
   */
  public MetricsBuilder host(String host) {
    return property(Setting.ENDPOINT_HOST.name(), host);
  }

  /**
   * Binds another port.
   *
   * <p>Defaults to 2112; {@code OTEL_EXPORTER_PROMETHEUS_PORT}.
   *
   * @param port from 1 to 65535, or 0 for any that is free
   * @throws IllegalArgumentException if the port is not from 0 to 65535
   */
  public MetricsBuilder port(int port) {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port must be from 0 to 65535, was " + port);
    }
    return property(Setting.ENDPOINT_PORT.name(), Integer.toString(port));
  }

  /**
   * Adds names by which the page may be asked for while it is on loopback and asks for no password
   * or token; a request that names another host is answered with status 421, as a page of another
   * site in a browser of this machine could make one (DNS rebinding).
   *
   * <p>Defaults to {@code localhost}, addresses and the name that is bound; {@code
   * OBSERVE_METRICS_ALLOWED_HOSTS}.
   *
   * @param names host names without a port, such as that of a proxy on this machine; {@code *}
   *     stands for every name
   */
  public MetricsBuilder allowedHosts(String... names) {
    return property(Setting.ALLOWED_HOSTS.name(), String.join(",", names));
  }

  /**
   * Asks for a user and a password. With a bearer token set too, either is enough. Without TLS the
   * password can be read on the way.
   *
   * <p>Defaults to nobody being asked; {@code OBSERVE_METRICS_USER} and {@code
   * OBSERVE_METRICS_PASSWORD}.
   *
   * @param user without a colon
   * @param password at least one character that is not a space
   */
  public MetricsBuilder basicAuthentication(String user, String password) {
    return property(Setting.USER.name(), user).property(Setting.PASSWORD.name(), password);
  }

  /**
   * Asks for a bearer token. With a user set too, either is enough. Without TLS the token can be
   * read on the way.
   *
   * <p>Defaults to nobody being asked; {@code OBSERVE_METRICS_BEARER_TOKEN}.
   *
   * @param token letters, digits and {@code - . _ ~ + / =}
   */
  public MetricsBuilder bearerToken(String token) {
    return property(Setting.BEARER_TOKEN.name(), token);
  }

  /**
   * Serves HTTPS with a certificate and key in PEM files, which are read at the start and not
   * again.
   *
   * <p>Defaults to HTTP; {@code OBSERVE_METRICS_TLS_CERTIFICATE} and {@code
   * OBSERVE_METRICS_TLS_KEY}.
   *
   * @param certificateChain the server's certificate, followed by those that sign it
   * @param privateKey the key of the first certificate: PKCS#8, not encrypted
   */
  public MetricsBuilder tlsPem(Path certificateChain, Path privateKey) {
    return property(Setting.TLS_CERTIFICATE.name(), certificateChain.toString())
        .property(Setting.TLS_KEY.name(), privateKey.toString());
  }

  /**
   * Serves HTTPS with a key store (PKCS12 or JKS), which is read at the start and not again.
   *
   * <p>Defaults to HTTP; {@code OBSERVE_METRICS_TLS_KEY_STORE} and {@code
   * OBSERVE_METRICS_TLS_KEY_STORE_PASSWORD}.
   *
   * @param keyStore has one private key with its certificates
   * @param password of the store and of the key
   */
  public MetricsBuilder tlsKeyStore(Path keyStore, String password) {
    return property(Setting.TLS_KEY_STORE.name(), keyStore.toString())
        .property(Setting.TLS_KEY_STORE_PASSWORD.name(), password);
  }

  /**
   * Serves another registry.
   *
   * <p>Defaults to {@link PrometheusRegistry#defaultRegistry}; with {@link #disableGlobal()}, to a
   * new one.
   */
  public MetricsBuilder registry(PrometheusRegistry registry) {
    this.registry = Objects.requireNonNull(registry, "registry");
    return this;
  }

  /** Serves no port: for an application that serves the page by a {@code MetricsServlet}. */
  public MetricsBuilder disableEndpoint() {
    this.endpoint = false;
    return this;
  }

  /**
   * Starts without an endpoint when its port is taken, with a warning and {@code
   * observe_endpoint_up 0} on the page, where a {@code MetricsServlet} serves it.
   *
   * <p>By default a taken port fails the start.
   */
  public MetricsBuilder toleratePortInUse() {
    this.portInUseTolerated = true;
    return this;
  }

  /**
   * Shows the JVM's and the process's own figures by other names, or not at all.
   *
   * <p>Defaults to {@link JvmNames#SEMCONV}; {@code OBSERVE_METRICS_JVM}.
   */
  public MetricsBuilder jvmNames(JvmNames names) {
    return property(Setting.JVM_METRICS.name(), names.setting());
  }

  /**
   * Puts the page on a Pushgateway when the handle is closed or the JVM exits, for jobs that end
   * before they are scraped. Such a job has no use for a port: see {@link #disableEndpoint()}.
   *
   * <p>Defaults to none; {@code OBSERVE_METRICS_PUSHGATEWAY}. The job's name is the service's
   * unless {@code observe.metrics.pushgateway.job} says another; {@code .instance} and {@code
   * .interval} are for jobs that run in several places, or for long.
   *
   * @param url such as {@code http://pushgateway:9091}, with {@code user:password@} if it asks
   */
  public MetricsBuilder pushgateway(String url) {
    return property(Setting.PUSHGATEWAY.name(), url);
  }

  /** Adds an attribute to the resource, which the page shows as labels of {@code target_info}. */
  public MetricsBuilder resourceAttribute(String key, String value) {
    resourceAttributes.put(key, value);
    return this;
  }

  /**
   * Sets any property of OpenTelemetry's autoconfiguration or of observe's.
   *
   * @param name the property, such as {@code otel.metrics.exporter}
   */
  public MetricsBuilder property(String name, String value) {
    properties.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    return this;
  }

  /**
   * Leaves {@link io.opentelemetry.api.GlobalOpenTelemetry}, the process-wide slot and the default
   * registry alone, so that several can stand side by side.
   */
  public MetricsBuilder disableGlobal() {
    this.global = false;
    return this;
  }

  /**
   * Keeps the world out, for tests: a registry of its own, no port, nothing pushed and no figures
   * of the JVM, whatever the settings say. Nothing global is touched, and neither is the exit of
   * the JVM.
   *
   * <p>With JUnit, {@link dev.observe.testing.ObserveExtension} does this and more.
   */
  public MetricsBuilder isolated() {
    this.isolated = true;
    return disableGlobal().disableEndpoint();
  }

  /**
   * Starts metrics.
   *
   * @throws IllegalArgumentException if a setting is not valid; the message names the setting, the
   *     rule, the value and the fix
   * @throws IllegalStateException if metrics have been started in this process and not closed
   * @throws UncheckedIOException if the port cannot be bound; the message names address and cause
   */
  public Metrics build() {
    Settings settings = SdkFactory.settings(serviceName, properties);
    // Files and addresses that only the real endpoint needs may be missing where tests run.
    Settings outside = isolated ? Settings.none() : settings;
    String host = String.valueOf(outside.text(Setting.ENDPOINT_HOST));
    InetAddress address = outside.get(Setting.ENDPOINT_HOST);
    int port = outside.get(Setting.ENDPOINT_PORT).intValue();
    JvmMetrics jvm =
        JvmMetrics.create(
            isolated ? JvmNames.NONE : JvmNames.of(settings.get(Setting.JVM_METRICS)));
    EndpointAccess access = EndpointAccess.read(outside);
    PushgatewaySettings pushing = PushgatewaySettings.of(outside);
    if (global) {
      ProcessOpenTelemetry.INSTANCE.metrics().requireFree();
    }
    PrometheusMetricReader bridge = PrometheusMetricReader.create();
    DiscoverySettings discovery = DiscoverySettings.of(outside);
    HistogramKind histograms = HistogramKind.of(settings);
    boolean pages = settings.get(Setting.PAGES);
    AtomicReference<Resource> resource = new AtomicReference<>(Resource.getDefault());
    PrometheusRegistry served =
        registry != null
            ? registry
            : global ? PrometheusRegistry.defaultRegistry : new PrometheusRegistry();
    RegistryMetrics.use(served, histograms);
    PipelineMetrics pipelines = new PipelineMetrics(OpenPipelines::all);
    // What is pushed is what the page has, but for what the SDK has itself.
    MetricsPage pushed = MetricsPage.create(served, List.of(pipelines));
    RegistryMetricProducer producer =
        new RegistryMetricProducer(
            () -> pushed.snapshots(MetricNameFilter.ALLOW_ALL), InstantSource.system());
    OpenTelemetrySdk sdk = buildSdk(settings, outside, bridge, producer, resource);
    MetricsPage page =
        MetricsPage.create(served, List.of(pipelines, new OpenTelemetryMetrics(bridge, producer)));
    InfoPages info =
        new InfoPages(
            Objects.requireNonNull(resource.get()),
            serviceName,
            SdkFactory.buildInfo(settings),
            discovery,
            page);
    MetricsEndpoint bound = null;
    try {
      if (endpoint) {
        MetricsEndpointBuilder binding =
            access.applyTo(MetricsEndpoint.builder(page).host(host, address).port(port));
        if (pages) {
          info.addTo(binding);
        }
        bound = binding.start();
        info.start(bound.uri(), pages);
      }
    } catch (UncheckedIOException e) {
      if (!portInUseTolerated || !(e.getCause() instanceof BindException)) {
        closeAll(bound, info, page, sdk);
        throw e;
      }
      LOGGER.log(Level.WARNING, "{0} Going on without it.", e.getMessage());
    } catch (RuntimeException e) {
      closeAll(bound, info, page, sdk);
      throw e;
    }
    page.addSource(new EndpointUp(bound != null));
    jvm.register(served);
    CurrentSpanContext.supply();
    Pushgateway pushgateway = pushing == null ? null : push(pushing, page, info, histograms);
    Metrics metrics =
        new Metrics(
            serviceName,
            sdk,
            served,
            jvm,
            page,
            info,
            new Instruments(served, histograms, System::nanoTime),
            bound,
            pushgateway);
    if (!isolated) {
      metrics.closeAtExit();
    }
    if (global) {
      try {
        ProcessOpenTelemetry.INSTANCE.metrics().fill(metrics.view());
      } catch (IllegalStateException e) {
        metrics.close();
        throw e;
      }
    }
    return metrics;
  }

  private static Pushgateway push(
      PushgatewaySettings settings, MetricsPage page, InfoPages info, HistogramKind histograms) {
    boolean protobuf = histograms != HistogramKind.CLASSIC;
    Pushgateway pushgateway =
        Pushgateway.start(
            settings.group(info.service()),
            settings.authorization(),
            settings.interval(),
            out -> page.write(out, protobuf));
    page.addSource(pushgateway);
    return pushgateway;
  }

  private static void closeAll(
      @Nullable MetricsEndpoint bound, InfoPages info, MetricsPage page, OpenTelemetrySdk sdk) {
    if (bound != null) {
      bound.close();
    }
    info.close();
    page.close();
    sdk.close();
  }

  private OpenTelemetrySdk buildSdk(
      Settings settings,
      Settings outside,
      PrometheusMetricReader bridge,
      RegistryMetricProducer producer,
      AtomicReference<Resource> resource) {
    if (SdkFactory.isDeclarative(outside)) {
      // An SDK made from a file takes no reader of ours, so the page has one of its own beside it.
      String service = Objects.requireNonNullElse(outside.text(Setting.SERVICE_NAME), serviceName);
      resource.set(SdkFactory.besideFile(service, settings, resourceAttributes.build()));
      return OpenTelemetrySdk.builder()
          .setMeterProvider(
              SdkMeterProvider.builder()
                  .setResource(Objects.requireNonNull(resource.get()))
                  .registerMetricReader(bridge)
                  .registerMetricProducer(producer)
                  .build())
          .build();
    }
    return SdkFactory.build(
        settings,
        SdkFactory.builder(settings, resourceAttributes.build())
            .addPropertiesCustomizer(
                config ->
                    isolated
                        ? Map.of(
                            Setting.SDK_DISABLED.name(),
                            "false",
                            Setting.DECLARATIVE_FILE.name(),
                            "")
                        : Map.of())
            .addPropertiesCustomizer(
                config ->
                    Map.of(
                        Setting.TRACES_EXPORTER.name(),
                        "none",
                        Setting.LOGS_EXPORTER.name(),
                        "none",
                        Setting.METRICS_EXPORTER.name(),
                        pushExporters(outside)))
            .addResourceCustomizer(
                (configured, config) -> {
                  resource.set(configured);
                  return configured;
                })
            .addMeterProviderCustomizer(
                (provider, config) ->
                    provider.registerMetricReader(bridge).registerMetricProducer(producer)));
  }

  /** Returns the exporters that push; {@code prometheus} is the page, which exists anyway. */
  private static String pushExporters(Settings settings) {
    List<String> names = new ArrayList<>(settings.get(Setting.METRICS_EXPORTER));
    names.removeIf(name -> name.equals("prometheus") || name.equals("none"));
    return names.isEmpty() ? "none" : String.join(",", names);
  }
}
