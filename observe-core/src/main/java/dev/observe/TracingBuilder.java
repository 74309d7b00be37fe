/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import dev.observe.internal.config.Setting;
import dev.observe.internal.request.DroppedRequests;
import dev.observe.internal.start.OptionValues;
import dev.observe.internal.start.ProcessOpenTelemetry;
import dev.observe.internal.start.SdkFactory;
import dev.observe.internal.start.StartedTracing;
import dev.observe.internal.start.TracingAssembly;
import dev.observe.internal.start.TracingOptions;
import dev.observe.internal.versions.VersionCheck;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Starts a {@link Tracing} with options. System properties and environment variables override the
 * options.
 *
 * <pre>{@code
 * Tracing tracing =
 *     Tracing.builder("shop").endpoint("http://collector:4318").samplingRatio(0.1).start();
 * }</pre>
 *
 * <p>For one thread. Of an option with one value the last call wins; options with several values
 * add up. Every method throws {@link NullPointerException} if an argument is null.
 *
 * @since 0.1
 */
public final class TracingBuilder {
  private static final int MIN_QUEUE_BYTES = 65_536;

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
   * Sends spans to this collector.
   *
   * <p>Defaults to {@code http://localhost:4318}; {@code OTEL_EXPORTER_OTLP_ENDPOINT}.
   *
   * @param url the base URL, to which {@code /v1/traces} is added; {@link #start} validates it
   */
  public TracingBuilder endpoint(String url) {
    return property(Setting.OTLP_ENDPOINT.name(), url);
  }

  /**
   * Adds exporters by name: {@code otlp}, {@code console} to print spans as trees, the name of an
   * exporter on the class path, or {@code none} alone.
   *
   * <p>Defaults to {@code otlp}; {@code OTEL_TRACES_EXPORTER}.
   *
   * @param names one name for each argument; {@link #start} looks them up
   * @throws IllegalArgumentException if a name is blank or contains a comma
   */
  public TracingBuilder exporter(String... names) {
    OptionValues.add(properties, Setting.TRACES_EXPORTER.name(), "names", names);
    return this;
  }

  /**
   * Adds an exporter beside the exporters that the settings name. The handle shuts it down.
   *
   * @param exporter called by one thread of observe at a time
   */
  public TracingBuilder addSpanExporter(SpanExporter exporter) {
    exporters.add(Objects.requireNonNull(exporter, "exporter"));
    return this;
  }

  /**
   * Adds a processor for the start and the end of every span. The handle shuts it down.
   *
   * @param processor called on the threads that start and end spans
   */
  public TracingBuilder addSpanProcessor(SpanProcessor processor) {
    processors.add(Objects.requireNonNull(processor, "processor"));
    return this;
  }

  /**
   * Chooses the sampler by name.
   *
   * <p>Defaults to {@code parentbased_always_on}; {@code OTEL_TRACES_SAMPLER}.
   *
   * @param name a name of the OpenTelemetry specification, {@code rate_limited} or {@code rules},
   *     or the name of a sampler on the class path; {@link #start} validates it
   */
  public TracingBuilder sampler(String name) {
    return property(Setting.SAMPLER.name(), name);
  }

  /**
   * Samples this part of the traces that begin in this process. Other traces follow the decision of
   * the caller.
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
   * Exports each span when it ends, instead of in batches; the thread that ends it waits until it
   * is settled, within the export timeout. For learning and for tests.
   *
   * <p>Off by default; {@code OBSERVE_TRACES_PROCESSOR=simple}.
   */
  public TracingBuilder simple() {
    return property(Setting.PROCESSOR.name(), "simple");
  }

  /**
   * Limits the number of spans that wait for the collector. At the limit the newest span is dropped
   * and counted.
   *
   * <p>Defaults to 65,536; {@code OTEL_BSP_MAX_QUEUE_SIZE}.
   *
   * @param spans at least 1
   * @throws IllegalArgumentException if the number is less than 1
   */
  public TracingBuilder maxQueueSpans(int spans) {
    if (spans < 1) {
      throw new IllegalArgumentException("spans must be at least 1, was " + spans);
    }
    return property(Setting.MAX_QUEUE_SPANS.name(), Integer.toString(spans));
  }

  /**
   * Limits the estimated size of the waiting spans, in addition to their number. The heap that they
   * use stays under twice this.
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
   * Keeps spans on disk until a collector has acknowledged them. A killed process loses at most the
   * last second; the next start with the same directory delivers the rest.
   *
   * <p>Off by default; {@code OBSERVE_SPOOL_DIRECTORY} and {@code OBSERVE_SPOOL_MAX_BYTES}.
   *
   * @param directory created if absent; for one process at a time
   * @param maxBytes at least 1 MiB, validated by {@link #start}; at the limit, spans wait in memory
   */
  public TracingBuilder spool(Path directory, long maxBytes) {
    return property(Setting.SPOOL_DIRECTORY.name(), directory.toString())
        .property(Setting.SPOOL_MAX_BYTES.name(), Long.toString(maxBytes));
  }

  /**
   * Shows the spans on the live pages of this process, which {@link MetricsBuilder#live()} serves.
   *
   * <p>Off by default; {@code OBSERVE_LIVE}, which also serves the page.
   */
  public TracingBuilder live() {
    return property(Setting.LIVE.name(), "true");
  }

  /** Adds an attribute to the resource, which describes the origin of every span. */
  public TracingBuilder resourceAttribute(String key, String value) {
    resourceAttributes.put(
        Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
    return this;
  }

  /**
   * Sets a property of OpenTelemetry's autoconfiguration or of observe.
   *
   * @param name the property, such as {@code otel.exporter.otlp.headers}
   */
  public TracingBuilder property(String name, String value) {
    properties.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
    return this;
  }

  /**
   * Limits how long {@link Tracing#close()} and the exit of the JVM wait for the delivery of spans.
   *
   * <p>Defaults to 5 seconds.
   *
   * @param timeout of any length; with zero, waiting spans are lost
   * @throws IllegalArgumentException if the timeout is negative
   */
  public TracingBuilder shutdownTimeout(Duration timeout) {
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout must not be negative, was " + timeout);
    }
    this.shutdownTimeout = timeout;
    return this;
  }

  /** Does not close the handle at the exit of the JVM; spans are lost unless the caller does. */
  public TracingBuilder disableShutdownHook() {
    this.shutdownHook = false;
    return this;
  }

  /**
   * Does not become the process-wide tracing, nor touch {@link
   * io.opentelemetry.api.GlobalOpenTelemetry}, so that several handles can exist side by side.
   */
  public TracingBuilder disableGlobal() {
    this.global = false;
    return this;
  }

  /**
   * Isolates this instance for tests. Every span is recorded and reaches only the exporters and
   * processors of {@link #addSpanExporter} and {@link #addSpanProcessor}, whatever the settings of
   * the environment; nothing global changes, and the exit of the JVM has no effect.
   *
   * <p>With JUnit, use {@code dev.observe.testing.ObserveExtension}, which does this and more.
   */
  public TracingBuilder isolated() {
    this.isolated = true;
    return disableGlobal().disableShutdownHook();
  }

  /**
   * Starts tracing. If it fails, everything that it opened is closed again.
   *
   * @throws IllegalArgumentException if a setting is not valid; the message names the setting, the
   *     rule, the value and the fix
   * @throws IllegalStateException if tracing has been started in this process and not closed, or if
   *     the versions of OpenTelemetry and the Prometheus client on the class path cannot work; the
   *     message names them and the fix
   */
  public Tracing start() {
    return VersionCheck.start(this::startChecked);
  }

  private Tracing startChecked() {
    TracingAssembly assembly =
        new TracingAssembly(
            new TracingOptions(
                serviceName,
                properties,
                resourceAttributes.build(),
                List.copyOf(exporters),
                List.copyOf(processors),
                shutdownTimeout,
                isolated));
    if (global) {
      ProcessOpenTelemetry.INSTANCE.tracing().requireFree();
    }
    DroppedRequests dropped = DroppedRequests.from(assembly.settings());
    StartedTracing started = assembly.start();
    Tracing tracing = new Tracing(serviceName, started, dropped, shutdownTimeout);
    try {
      if (shutdownHook) {
        tracing.closeAtExit();
      }
      if (global) {
        ProcessOpenTelemetry.INSTANCE.tracing().fill(tracing.view());
      }
    } catch (Throwable e) {
      tracing.shutdown(Duration.ZERO);
      throw e;
    }
    return tracing;
  }
}
