/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import static java.util.Objects.requireNonNullElse;

import dev.observe.internal.bridge.InstrumentReader;
import dev.observe.internal.bridge.OpenTelemetryMetrics;
import dev.observe.internal.bridge.RegistryMetricProducer;
import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.exposition.PageSources;
import dev.observe.internal.instrument.CurrentSpanContext;
import dev.observe.internal.instrument.HistogramKind;
import dev.observe.internal.instrument.Instruments;
import dev.observe.internal.instrument.RegistryMetrics;
import dev.observe.internal.jvm.JvmMetrics;
import dev.observe.internal.live.LiveSettings;
import dev.observe.internal.pages.DiscoverySettings;
import dev.observe.internal.pages.JointPages;
import dev.observe.internal.pipeline.PipelineMetrics;
import dev.observe.internal.push.Pushgateway;
import dev.observe.internal.push.PushgatewaySettings;
import dev.observe.internal.server.EndpointOptions;
import dev.observe.internal.server.SharedPort;
import dev.observe.internal.util.NanoClock;
import dev.observe.internal.util.Snapshots;
import dev.observe.internal.versions.Capabilities;
import dev.observe.internal.versions.Library;
import dev.observe.internal.versions.VersionCheck;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.registry.MetricNameFilter;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Starts the SDK, the page and its server of one metrics handle. For one thread, and one start. */
public final class MetricsAssembly {
  private final MetricsOptions options;
  private final Settings all;

  /** All settings; none if the handle is isolated. */
  private final Settings settings;

  private final boolean jvmMetrics;
  private final EndpointOptions endpointOptions;
  private final @Nullable PushgatewaySettings pushing;
  private final DiscoverySettings discovery;
  private final HistogramKind histograms;
  private final boolean pages;

  /** Null without a live page. */
  private final @Nullable LiveSettings live;

  private final InstrumentReader reader = new InstrumentReader();
  private final PipelineMetrics pipelines = new PipelineMetrics(OpenPipelines::all);
  private final RegistryMetricProducer producer;
  private final Rollback rollback = new Rollback();
  private Resource resource = Resource.getDefault();
  private boolean sdkPushes;

  /**
   * Reads and validates the settings; starts nothing.
   *
   * @throws IllegalArgumentException if a setting is not valid
   */
  public MetricsAssembly(MetricsOptions options) {
    this.options = options;
    this.all = SdkFactory.settings(options.serviceName(), options.properties());
    // Tests may lack the files and addresses that only the real endpoint needs.
    this.settings = options.isolated() ? Settings.none() : all;
    this.jvmMetrics = !options.isolated() && settings.get(Setting.JVM_METRICS).equals("semconv");
    this.endpointOptions = EndpointOptions.of(settings);
    this.pushing = PushgatewaySettings.of(settings);
    this.discovery = DiscoverySettings.of(settings);
    this.histograms = HistogramKind.of(all);
    this.pages = all.get(Setting.PAGES);
    requireMetricData();
    this.live = settings.get(Setting.LIVE) ? LiveSettings.of(settings) : null;
    // The SDK exports its own instruments itself, so these are the sources of the page without it.
    PageSources sources = PageSources.create(options.registry(), List.of(pipelines));
    this.producer =
        new RegistryMetricProducer(
            () -> sources.collectUncounted(MetricNameFilter.ALLOW_ALL), InstantSource.system());
  }

  /** Refuses a push that would lack the metrics of the registry. */
  private void requireMetricData() {
    SettingValue exporter = settings.find(Setting.METRICS_EXPORTER);
    if (exporter != null && !pushExporters().equals("none") && !Capabilities.metricData()) {
      throw exporter.error(
          "needs OpenTelemetry " + Capabilities.METRIC_DATA_SINCE + " or later",
          "the class path has " + Library.OPENTELEMETRY.found() + ". " + VersionCheck.fix());
    }
  }

  /**
   * Starts all parts. Closes everything that it started if a part fails.
   *
   * @throws UncheckedIOException if the port cannot be bound
   */
  public StartedMetrics start() {
    try {
      return startParts();
    } catch (Throwable e) {
      rollback.run(e);
      throw e;
    }
  }

  private StartedMetrics startParts() {
    OpenTelemetrySdk sdk = rollback.add(sdk());
    MetricsPage page =
        rollback.add(
            MetricsPage.create(
                options.registry(),
                List.of(pipelines, new OpenTelemetryMetrics(reader, producer))));
    InfoPages info =
        rollback.add(
            new InfoPages(
                resource, options.serviceName(), SdkFactory.buildInfo(all), discovery, page));
    if (live != null) {
      info.startLive(live, all, endpointOptions, options.registry());
    }
    SharedPort port = options.endpoint() ? port(page, info) : null;
    if (live != null && port != null) {
      info.announceLive(port.uri());
    }
    page.addSource(endpointUp(port));
    JvmMetrics jvm = new JvmMetrics();
    rollback.add(jvm::unregister);
    if (jvmMetrics) {
      jvm.register(options.registry());
    }
    Instruments instruments = new Instruments(options.registry(), histograms, NanoClock.SYSTEM);
    RegistryMetrics.use(
        options.registry(),
        new RegistryMetrics.Handle(
            histograms, info.service(), () -> port == null ? null : port.uri()));
    CurrentSpanContext.supply();
    Pushgateway pushgateway = pushing == null ? null : pushgateway(pushing, page, info);
    return new StartedMetrics(
        sdk, sdkPushes, options.registry(), jvm, page, info, instruments, port, pushgateway);
  }

  private static MultiCollector endpointUp(@Nullable SharedPort port) {
    return () ->
        MetricSnapshots.of(
            Snapshots.gauge(
                "observe_endpoint_up",
                "Whether the metrics port serves the page: 1, or 0 without it.",
                port != null && port.uri() != null ? 1 : 0));
  }

  private SharedPort port(MetricsPage page, InfoPages info) {
    return rollback.add(
        SharedPort.open(
            endpointOptions,
            page,
            info.pages(pages),
            JointPages::find,
            address -> info.publish(address, pages),
            !options.ignorePortInUse()));
  }

  private Pushgateway pushgateway(PushgatewaySettings pushing, MetricsPage page, InfoPages info) {
    boolean protobuf = histograms != HistogramKind.CLASSIC;
    Pushgateway pushgateway =
        Pushgateway.start(
            pushing.group(info.service()),
            pushing.authorization(),
            pushing.interval(),
            out -> page.write(out, protobuf));
    page.addSource(pushgateway);
    return pushgateway;
  }

  private OpenTelemetrySdk sdk() {
    if (SdkFactory.isDeclarative(settings)) {
      return besideDeclarative();
    }
    return SdkFactory.build(
        all,
        SdkFactory.builder(all, options.resourceAttributes(), configured -> resource = configured)
            .addPropertiesCustomizer(config -> overrides())
            .addMeterProviderCustomizer(
                (provider, config) -> {
                  sdkPushes = !pushExporters().equals("none");
                  return provider.registerMetricReader(reader).registerMetricProducer(producer);
                }));
  }

  private Map<String, String> overrides() {
    Map<String, String> overrides = new HashMap<>();
    overrides.put(Setting.TRACES_EXPORTER.name(), "none");
    overrides.put(Setting.LOGS_EXPORTER.name(), "none");
    overrides.put(Setting.METRICS_EXPORTER.name(), pushExporters());
    if (options.isolated()) {
      overrides.put(Setting.SDK_DISABLED.name(), "false");
      overrides.put(Setting.DECLARATIVE_FILE.name(), "");
    }
    return overrides;
  }

  /** Returns the exporters that push; {@code prometheus} is the page, which exists anyway. */
  private String pushExporters() {
    List<String> names = new ArrayList<>(settings.get(Setting.METRICS_EXPORTER));
    names.removeIf(name -> name.equals("prometheus") || name.equals("none"));
    return names.isEmpty() ? "none" : String.join(",", names);
  }

  /** An SDK that a declarative file describes takes no reader of ours, so this is a second one. */
  private OpenTelemetrySdk besideDeclarative() {
    String service = requireNonNullElse(settings.text(Setting.SERVICE_NAME), options.serviceName());
    resource = SdkFactory.besideFile(service, all, options.resourceAttributes());
    return OpenTelemetrySdk.builder()
        .setMeterProvider(
            SdkMeterProvider.builder()
                .setResource(resource)
                .registerMetricReader(reader)
                .registerMetricProducer(producer)
                .build())
        .build();
  }
}
