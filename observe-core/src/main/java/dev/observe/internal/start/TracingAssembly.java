/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.start;

import static java.util.Objects.requireNonNull;

import dev.observe.console.ConsoleSpanExporter;
import dev.observe.internal.check.CollectorProbe;
import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
import dev.observe.internal.context.TracingSuppression;
import dev.observe.internal.live.LiveSettings;
import dev.observe.internal.live.LiveSpans;
import dev.observe.internal.otlp.SpanExporters;
import dev.observe.internal.pipeline.BatchSender;
import dev.observe.internal.pipeline.SenderFactory;
import dev.observe.internal.pipeline.SpanPipeline;
import dev.observe.internal.pipeline.SpanPipelineBuilder;
import dev.observe.internal.request.span.RequestSpans;
import dev.observe.internal.spool.SpoolSender;
import dev.observe.internal.versions.Capabilities;
import dev.observe.internal.versions.Library;
import dev.observe.internal.versions.VersionCheck;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdkBuilder;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Starts the SDK and the pipelines of one tracing handle. For one thread, and one start. */
public final class TracingAssembly {
  private static final Logger LOGGER = System.getLogger(TracingAssembly.class.getName());

  /** On the boot class path if and only if OpenTelemetry's Java agent is attached. */
  private static final String AGENT = "io.opentelemetry.javaagent.bootstrap.AgentInitializer";

  private final TracingOptions options;
  private final Settings settings;

  /** Null without a live page. */
  private final @Nullable LiveSettings live;

  private final List<SpanPipeline> pipelines = new ArrayList<>();
  private final List<String> destinations = new ArrayList<>();
  private final Rollback rollback = new Rollback();

  // Autoconfiguration calls the customizers below in this order. None is called for an SDK that a
  // declarative configuration file describes.
  private @Nullable ConfigProperties config;
  private CollectorProbe probe = CollectorProbe.ofAgent();
  private @Nullable Resource resource;
  private @Nullable List<SpanProcessor> processors;

  /**
   * Reads and validates the settings; starts nothing.
   *
   * @throws IllegalArgumentException if a setting is not valid
   */
  public TracingAssembly(TracingOptions options) {
    this.options = options;
    this.settings = SdkFactory.settings(options.serviceName(), options.properties());
    if (!options.isolated()) {
      settings.checkTracing();
    }
    this.live =
        !options.isolated() && settings.get(Setting.LIVE) ? LiveSettings.of(settings) : null;
  }

  /** Returns the settings of the handle. */
  public Settings settings() {
    return settings;
  }

  /**
   * Starts the SDK, or joins the one of OpenTelemetry's Java agent. Closes everything that it
   * started if a part fails.
   */
  public StartedTracing start() {
    if (!options.isolated() && isAgentAttached()) {
      LOGGER.log(
          Level.INFO,
          "OpenTelemetry's Java agent is attached: observe creates its spans with the agent and"
              + " starts no exporter; the settings of the agent decide where spans go.");
      return StartedTracing.joined(GlobalOpenTelemetry.get(), options.serviceName());
    }
    try {
      OpenTelemetrySdk sdk = rollback.add(SdkFactory.build(settings, builder()));
      return StartedTracing.own(sdk, pipelines, probe, requestSpans(sdk), service(), destination());
    } catch (Throwable e) {
      rollback.run(e);
      throw e;
    }
  }

  private String service() {
    String named = resource == null ? null : resource.getAttribute(SdkFactory.SERVICE_NAME);
    return named == null ? options.serviceName() : named;
  }

  /** Returns the receivers of the spans, for the log. */
  private String destination() {
    if (!destinations.isEmpty()) {
      return String.join(" and ", destinations);
    }
    // A declarative configuration calls no customizer.
    return config == null && settings.find(Setting.DECLARATIVE_FILE) != null
        ? "the exporters of " + settings.text(Setting.DECLARATIVE_FILE)
        : "nowhere";
  }

  private static boolean isAgentAttached() {
    try {
      Class.forName(AGENT, false, null);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private AutoConfiguredOpenTelemetrySdkBuilder builder() {
    return SdkFactory.builder(
            settings, options.resourceAttributes(), configured -> resource = configured)
        .addPropertiesCustomizer(ignored -> overrides())
        .addPropertiesCustomizer(this::configured)
        .addSamplerCustomizer((sampler, ignored) -> TracingSuppression.sampler(sampler))
        .addTracerProviderCustomizer((provider, ignored) -> addProcessors(provider));
  }

  /** Overrides the settings of the environment if the handle is isolated. */
  private Map<String, String> overrides() {
    Map<String, String> overrides = new HashMap<>();
    if (options.isolated()) {
      overrides.put(Setting.SDK_DISABLED.name(), "false");
      overrides.put(Setting.DECLARATIVE_FILE.name(), "");
      overrides.put(Setting.SAMPLER.name(), "always_on");
      overrides.put(Setting.TRACES_EXPORTER.name(), "none");
      overrides.put(Setting.LOGS_EXPORTER.name(), "none");
    }
    return overrides;
  }

  /** Keeps the configuration, and turns off the exporters that the pipelines replace. */
  private Map<String, String> configured(ConfigProperties configured) {
    config = configured;
    probe = rollback.add(CollectorProbe.of(configured));
    return Map.of(
        Setting.TRACES_EXPORTER.name(),
        "none",
        Setting.METRICS_EXPORTER.name(),
        "none",
        Setting.LOGS_EXPORTER.name(),
        Objects.requireNonNullElse(configured.getString(Setting.LOGS_EXPORTER.name()), "none"));
  }

  private SdkTracerProviderBuilder addProcessors(SdkTracerProviderBuilder provider) {
    List<SpanProcessor> all = new ArrayList<>(options.processors());
    for (SpanExporter exporter : options.exporters()) {
      all.add(processor(exporter, () -> {}));
    }
    for (SpanExporter exporter : SpanExporters.create(requireNonNull(config))) {
      boolean probed = CollectorProbe.isAbout(exporter);
      all.add(processor(exporter, probed ? probe::checkOnce : () -> {}));
    }
    if (live != null) {
      SpanProcessor shown = LiveSpans.processor(live, probe::check);
      rollback.add(shown::shutdown);
      all.add(shown);
    }
    for (SpanProcessor processor : all) {
      provider.addSpanProcessor(processor);
    }
    processors = all;
    return provider;
  }

  private SpanProcessor processor(SpanExporter exporter, Runnable onFirstFailure) {
    if (exporter instanceof BatchSender sender) {
      destinations.add(sender.target());
    } else if (exporter instanceof ConsoleSpanExporter) {
      destinations.add("the console");
    } else {
      destinations.add(exporter.getClass().getSimpleName());
    }
    // A terminal accepts every span at once: there is nothing to retry.
    if (exporter instanceof ConsoleSpanExporter) {
      return SimpleSpanProcessor.create(exporter);
    }
    SpanPipelineBuilder builder =
        SpanPipeline.builder(exporter)
            .shutdownTimeout(options.shutdownTimeout())
            .onFirstFailure(onFirstFailure);
    SpanPipeline pipeline =
        settings.get(Setting.PROCESSOR).equals("simple")
            ? builder.synchronous().build()
            : builder
                .settings(requireNonNull(config))
                .maxQueueBytes(settings.get(Setting.MAX_QUEUE_BYTES))
                .sender(sender())
                .build();
    pipelines.add(pipeline);
    rollback.add(() -> pipeline.close(Duration.ZERO));
    return pipeline;
  }

  private SenderFactory sender() {
    String directory = settings.text(Setting.SPOOL_DIRECTORY);
    SettingValue found = settings.find(Setting.SPOOL_DIRECTORY);
    if (found != null && !Capabilities.otlpSenders()) {
      throw found.error(
          "needs OpenTelemetry " + Capabilities.SENDERS_SINCE + " or later",
          "the class path has " + Library.OPENTELEMETRY.found() + ". " + VersionCheck.fix());
    }
    return directory == null
        ? (exporter, pipeline) -> exporter
        : SpoolSender.factory(Path.of(directory), settings.get(Setting.SPOOL_MAX_BYTES));
  }

  /** Returns our own spans for requests, or null if others may have changed the SDK. */
  private @Nullable RequestSpans requestSpans(OpenTelemetrySdk sdk) {
    return resource == null || processors == null || isExtended()
        ? null
        : RequestSpans.of(sdk.getSdkTracerProvider(), resource, processors);
  }

  /** Returns whether an extension on the class path may change the SDK after us. */
  private static boolean isExtended() {
    ClassLoader loader = AutoConfiguredOpenTelemetrySdk.class.getClassLoader();
    return ServiceLoader.load(AutoConfigurationCustomizerProvider.class, loader).stream()
        .findAny()
        .isPresent();
  }
}
