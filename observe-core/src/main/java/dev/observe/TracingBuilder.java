/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.console.ConsoleSpanExporter;
import dev.observe.internal.check.CollectorProbe;
import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.context.TracingSuppression;
import dev.observe.internal.otlp.SpanExporters;
import dev.observe.internal.pipeline.AccountedProcessor;
import dev.observe.internal.pipeline.ImmediateProcessor;
import dev.observe.internal.pipeline.SpanPipeline;
import dev.observe.internal.pipeline.SpanPipelineBuilder;
import dev.observe.internal.request.span.RequestSpans;
import dev.observe.internal.start.Agent;
import dev.observe.internal.start.ProcessOpenTelemetry;
import dev.observe.internal.start.SdkFactory;
import dev.observe.internal.start.StartedTracing;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.AutoConfigurationCustomizerProvider;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.resources.Resource;
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
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Tracing}. Whatever is set here, a system property or an environment variable of
 * OpenTelemetry's overrides.
 *
 * <p>For one thread. Setting an option twice: the last one wins.
 *
 * @since 0.1
 */
public final class TracingBuilder {
  private static final Logger LOGGER = System.getLogger(TracingBuilder.class.getName());

  private static final int MIN_QUEUE_BYTES = 65_536;

  /** What {@link #isolated()} holds against all that the outside says. */
  private static final Map<String, String> ISOLATED =
      Map.of(
          Setting.SDK_DISABLED.name(),
          "false",
          Setting.DECLARATIVE_FILE.name(),
          "",
          Setting.SAMPLER.name(),
          "always_on",
          Setting.TRACES_EXPORTER.name(),
          "none",
          Setting.LOGS_EXPORTER.name(),
          "none");

  private final String serviceName;
  private final Map<String, String> properties = new HashMap<>();
  private final AttributesBuilder resourceAttributes = Attributes.builder();
  private final List<SpanExporter> exporters = new ArrayList<>();
  private final List<SpanProcessor> processors = new ArrayList<>();
  private Duration shutdownTimeout = Duration.ofSeconds(5);
  private boolean global = true;
  private boolean shutdownHook = true;
  private boolean isolated;

  TracingBuilder(String serviceName) {
    this.serviceName = SdkFactory.requireServiceName(serviceName);
  }

  /**
   * Sends spans to another collector.
   *
   * <p>Defaults to {@code http://localhost:4318}; {@code OTEL_EXPORTER_OTLP_ENDPOINT}.
   *
   * @param url the base URL, to which {@code /v1/traces} is added
   */
  public TracingBuilder endpoint(String url) {
    return property(Setting.OTLP_ENDPOINT.name(), url);
  }

  /**
   * Chooses where spans go: {@code otlp}, {@code console} to print them as trees, {@code none}, or
   * several with commas between them.
   *
   * <p>Defaults to {@code otlp}; {@code OTEL_TRACES_EXPORTER}.
   */
  public TracingBuilder exporter(String names) {
    return property(Setting.TRACES_EXPORTER.name(), names);
  }

  /**
   * Adds an exporter of the caller's beside those that the settings name. It is shut down with the
   * handle.
   */
  public TracingBuilder addSpanExporter(SpanExporter exporter) {
    exporters.add(Objects.requireNonNull(exporter, "exporter"));
    return this;
  }

  /** Adds a processor that sees every span start and end. It is shut down with the handle. */
  public TracingBuilder addSpanProcessor(SpanProcessor processor) {
    processors.add(Objects.requireNonNull(processor, "processor"));
    return this;
  }

  /**
   * Chooses which traces are kept.
   *
   * <p>Defaults to {@code parentbased_always_on}; {@code OTEL_TRACES_SAMPLER}.
   *
   * @param name one of the OpenTelemetry specification's names
   */
  public TracingBuilder sampler(String name) {
    return property(Setting.SAMPLER.name(), name);
  }

  /**
   * Keeps a part of the traces that begin here, and of the others those that their caller kept.
   *
   * @param ratio from 0 for none to 1 for all
   * @throws IllegalArgumentException if the ratio is not from 0 to 1
   */
  public TracingBuilder samplingRatio(double ratio) {
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new IllegalArgumentException("ratio must be from 0 to 1, was " + ratio);
    }
    return property(Setting.SAMPLER.name(), "parentbased_traceidratio")
        .property(Setting.SAMPLER_ARGUMENT.name(), Double.toString(ratio));
  }

  /**
   * Hands each span on as it ends, on the thread that ended it, in the place of batches: for
   * learning and for tests, where waiting would confuse.
   *
   * <p>{@code OBSERVE_TRACES_PROCESSOR=simple}.
   */
  public TracingBuilder simple() {
    return property(Setting.PROCESSOR.name(), "simple");
  }

  /**
   * Limits how many spans wait for a collector that is away; then the newest are dropped and
   * counted.
   *
   * <p>Defaults to 65,536; {@code OTEL_BSP_MAX_QUEUE_SIZE}.
   *
   * @throws IllegalArgumentException if the number is less than 1
   */
  public TracingBuilder maxQueueSpans(int spans) {
    if (spans < 1) {
      throw new IllegalArgumentException("spans must be at least 1, was " + spans);
    }
    return property(Setting.MAX_QUEUE_SPANS.name(), Integer.toString(spans));
  }

  /**
   * Limits the estimated size of the spans that wait, beside their number. The heap they hold stays
   * under twice this.
   *
   * <p>Defaults to 64 MiB; {@code OBSERVE_TRACES_MAX_QUEUE_BYTES}.
   *
   * @param bytes from 65,536 to 2,147,483,647
   * @throws IllegalArgumentException if the number is less than 65,536
   */
  public TracingBuilder maxQueueBytes(int bytes) {
    if (bytes < MIN_QUEUE_BYTES) {
      throw new IllegalArgumentException(
          "bytes must be at least " + MIN_QUEUE_BYTES + ", was " + bytes);
    }
    return property(Setting.MAX_QUEUE_BYTES.name(), Integer.toString(bytes));
  }

  /**
   * Keeps spans on disk until a collector has acknowledged them, so that even a killed process
   * loses at most the last second; the next start with the same directory delivers what is there.
   *
   * <p>Off by default; {@code OBSERVE_SPOOL_DIRECTORY} and {@code OBSERVE_SPOOL_MAX_BYTES}.
   *
   * @param directory made if it is not there; for one process at a time
   * @param maxBytes at least 1 MiB; when it is reached, spans wait in memory
   */
  public TracingBuilder spool(Path directory, long maxBytes) {
    return property(Setting.SPOOL_DIRECTORY.name(), directory.toString())
        .property(Setting.SPOOL_MAX_BYTES.name(), Long.toString(maxBytes));
  }

  /** Adds an attribute to the resource that every span names as its origin. */
  public TracingBuilder resourceAttribute(String key, String value) {
    resourceAttributes.put(key, value);
    return this;
  }

  /**
   * Sets any property of OpenTelemetry's autoconfiguration or of observe's.
   *
   * @param name the property, such as {@code otel.exporter.otlp.headers}
   */
  public TracingBuilder property(String name, String value) {
    properties.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    return this;
  }

  /**
   * Limits how long {@link Tracing#close()} and the exit of the JVM wait for waiting spans.
   *
   * <p>Defaults to 5 seconds.
   *
   * @throws IllegalArgumentException if the timeout is negative
   */
  public TracingBuilder shutdownTimeout(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout must not be negative, was " + timeout);
    }
    this.shutdownTimeout = timeout;
    return this;
  }

  /** Leaves the exit of the JVM to the caller, who then must close the handle to lose nothing. */
  public TracingBuilder disableShutdownHook() {
    this.shutdownHook = false;
    return this;
  }

  /**
   * Leaves {@link io.opentelemetry.api.GlobalOpenTelemetry} and the process-wide slot alone, so
   * that several can stand side by side.
   */
  public TracingBuilder disableGlobal() {
    this.global = false;
    return this;
  }

  /**
   * Keeps the world out, for tests: every span is recorded, and goes to what {@link
   * #addSpanExporter} and {@link #addSpanProcessor} added and nowhere else, whatever the settings
   * say. Nothing global is touched, and neither is the exit of the JVM.
   *
   * <p>With JUnit, {@link dev.observe.testing.ObserveExtension} does this and more.
   */
  public TracingBuilder isolated() {
    this.isolated = true;
    return disableGlobal().disableShutdownHook();
  }

  /**
   * Starts tracing.
   *
   * @throws IllegalArgumentException if a setting is not valid; the message names the setting, the
   *     rule, the value and the fix
   * @throws IllegalStateException if tracing has been started in this process and not closed
   */
  public Tracing build() {
    Settings settings = SdkFactory.settings(serviceName, properties);
    if (!isolated) {
      settings.checkTracing();
    }
    if (global) {
      ProcessOpenTelemetry.INSTANCE.tracing().requireFree();
    }
    DroppedRequests dropped = DroppedRequests.from(settings);
    StartedTracing started = !isolated && Agent.isAttached() ? join() : start(settings);
    Tracing tracing = new Tracing(serviceName, started, dropped, shutdownTimeout);
    if (shutdownHook) {
      tracing.closeAtExit();
    }
    if (global) {
      try {
        ProcessOpenTelemetry.INSTANCE.tracing().fill(tracing.view());
      } catch (IllegalStateException e) {
        tracing.close();
        throw e;
      }
    }
    return tracing;
  }

  private static StartedTracing join() {
    LOGGER.log(
        Level.INFO,
        "OpenTelemetry's Java agent is attached: observe makes its spans with it and starts no"
            + " exporter of its own; the agent's settings decide where they go.");
    return StartedTracing.joined(GlobalOpenTelemetry.get());
  }

  private StartedTracing start(Settings settings) {
    List<AccountedProcessor> pipelines = new ArrayList<>();
    AtomicReference<@Nullable ConfigProperties> configured = new AtomicReference<>();
    AtomicReference<@Nullable CollectorProbe> probed = new AtomicReference<>();
    AtomicReference<@Nullable Resource> resource = new AtomicReference<>();
    AtomicReference<@Nullable List<SpanProcessor>> added = new AtomicReference<>();
    OpenTelemetrySdk sdk =
        SdkFactory.build(
            settings,
            SdkFactory.builder(settings, resourceAttributes.build())
                .addPropertiesCustomizer(config -> isolated ? ISOLATED : Map.of())
                .addPropertiesCustomizer(
                    config -> {
                      configured.set(config);
                      probed.set(CollectorProbe.of(config));
                      return withoutStockExporters(config);
                    })
                .addResourceCustomizer(
                    (configuredResource, config) -> {
                      resource.set(configuredResource);
                      return configuredResource;
                    })
                .addSamplerCustomizer((sampler, config) -> TracingSuppression.sampler(sampler))
                .addTracerProviderCustomizer(
                    (provider, config) -> {
                      ConfigProperties named = Objects.requireNonNull(configured.get());
                      CollectorProbe probe = Objects.requireNonNull(probed.get());
                      List<SpanProcessor> all = new ArrayList<>(processors);
                      List<SpanExporter> ways = new ArrayList<>(exporters);
                      ways.addAll(SpanExporters.create(named));
                      for (SpanExporter exporter : ways) {
                        boolean known =
                            !exporters.contains(exporter) && CollectorProbe.isAbout(exporter);
                        Runnable check = known ? probe::checkOnce : () -> {};
                        all.add(processor(exporter, settings, named, pipelines, check));
                      }
                      all.forEach(provider::addSpanProcessor);
                      added.set(all);
                      return provider;
                    }));
    CollectorProbe probe = probed.get();
    // A declarative configuration names its own exporters, and asks none of the customizers above.
    return StartedTracing.own(
        sdk,
        pipelines,
        probe == null ? CollectorProbe.ofAgent() : probe,
        requestSpans(sdk, resource.get(), added.get()));
  }

  /**
   * Returns what makes the spans of requests, where nobody but us had a hand in the SDK.
   *
   * @param all its processors; null where it was not asked to make spans, or not by us
   */
  private static @Nullable RequestSpans requestSpans(
      OpenTelemetrySdk sdk, @Nullable Resource resource, @Nullable List<SpanProcessor> all) {
    return resource == null || all == null || isExtended()
        ? null
        : RequestSpans.of(sdk.getSdkTracerProvider(), resource, all);
  }

  /** Whether something on the class path may change anything about an SDK, and after us. */
  private static boolean isExtended() {
    ClassLoader loader = AutoConfiguredOpenTelemetrySdk.class.getClassLoader();
    return ServiceLoader.load(AutoConfigurationCustomizerProvider.class, loader).stream()
        .findAny()
        .isPresent();
  }

  /** Autoconfiguration is to build everything but the spans' way out, which is ours. */
  private static Map<String, String> withoutStockExporters(ConfigProperties config) {
    return Map.of(
        Setting.TRACES_EXPORTER.name(),
        "none",
        Setting.METRICS_EXPORTER.name(),
        "none",
        Setting.LOGS_EXPORTER.name(),
        Objects.requireNonNullElse(config.getString(Setting.LOGS_EXPORTER.name()), "none"));
  }

  private SpanProcessor processor(
      SpanExporter exporter,
      Settings settings,
      ConfigProperties config,
      List<AccountedProcessor> pipelines,
      Runnable onFirstFailure) {
    // A terminal takes what it is given: there is nothing to retry, and nobody wants to wait.
    if (exporter instanceof ConsoleSpanExporter) {
      return SimpleSpanProcessor.create(exporter);
    }
    if (settings.get(Setting.PROCESSOR).equals("simple")) {
      ImmediateProcessor processor = ImmediateProcessor.create(exporter, onFirstFailure);
      pipelines.add(processor);
      return processor;
    }
    SpanPipelineBuilder builder =
        SpanPipeline.builder(exporter)
            .settings(config)
            .maxQueueBytes(settings.get(Setting.MAX_QUEUE_BYTES))
            .shutdownTimeout(shutdownTimeout)
            .onFirstFailure(onFirstFailure);
    String spool = settings.text(Setting.SPOOL_DIRECTORY);
    if (spool != null) {
      builder.spool(Path.of(spool), settings.get(Setting.SPOOL_MAX_BYTES));
    }
    SpanPipeline pipeline = builder.build();
    pipelines.add(pipeline);
    return pipeline;
  }
}
