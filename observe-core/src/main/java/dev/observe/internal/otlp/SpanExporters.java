/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import dev.observe.internal.util.SafeText;
import dev.observe.internal.util.SettingNames;
import dev.observe.internal.versions.Capabilities;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.Set;
import java.util.TreeSet;

/**
 * Creates the exporters that {@code otel.traces.exporter} lists, from the settings that
 * OpenTelemetry defines for each. Stateless.
 */
public final class SpanExporters {
  /** The setting that lists the exporters; {@code otlp} by default. */
  public static final String EXPORTER_SETTING = "otel.traces.exporter";

  static final String OTLP = "otlp";
  private static final String NONE = "none";
  static final String HTTP = "http/protobuf";
  static final String GRPC = "grpc";
  private static final String TRACES_PROTOCOL = "otel.exporter.otlp.traces.protocol";
  private static final String PROTOCOL = "otel.exporter.otlp.protocol";

  private SpanExporters() {}

  /**
   * Returns the exporters that the settings list, in that order; none for {@code none}.
   *
   * <p>OTLP uses {@code http/protobuf} unless the protocol is set to {@code grpc}. The first export
   * connects.
   *
   * @throws IllegalArgumentException if a name has no exporter on the class path, the protocol is
   *     unknown, gRPC has no sender on the class path, or {@code none} is not alone
   * @throws RuntimeException if an exporter rejects its settings, with the reason as its message
   */
  public static List<SpanExporter> create(ConfigProperties config) {
    Set<String> names = new LinkedHashSet<>(config.getList(EXPORTER_SETTING, List.of(OTLP)));
    if (names.remove(NONE)) {
      if (!names.isEmpty()) {
        throw new IllegalArgumentException(
            named(EXPORTER_SETTING) + " must name exporters or be none, was none with " + names);
      }
      return List.of();
    }
    List<SpanExporter> exporters = new ArrayList<>();
    for (String name : names) {
      exporters.add(
          name.equals(OTLP) ? otlp(config) : provider(name, config).createExporter(config));
    }
    return exporters;
  }

  private static SpanExporter otlp(ConfigProperties config) {
    String setting = config.getString(TRACES_PROTOCOL) == null ? PROTOCOL : TRACES_PROTOCOL;
    String protocol = config.getString(setting, HTTP);
    if (protocol.equals(GRPC)) {
      try {
        return overGrpc(config, setting);
      } catch (IllegalArgumentException | ConfigurationException e) {
        throw e;
      } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
        // A class path often has a sender without the classes that it needs.
        throw new IllegalArgumentException(
            named(setting)
                + " must be "
                + HTTP
                + " while the gRPC sender on the class path does not start, was grpc; or add what"
                + " it misses: "
                + SafeText.describe(e),
            e);
      }
    }
    if (!protocol.equals(HTTP)) {
      throw new IllegalArgumentException(
          named(setting) + " must be " + HTTP + " or " + GRPC + ", was " + protocol);
    }
    return Capabilities.otlpSenders()
        ? SenderExporters.overHttp(config)
        : StockExporters.overHttp(config);
  }

  private static SpanExporter overGrpc(ConfigProperties config, String setting) {
    if (!Capabilities.otlpSenders()) {
      return StockExporters.overGrpc(config);
    }
    SpanExporter exporter = SenderExporters.overGrpc(config);
    if (exporter == null) {
      throw new IllegalArgumentException(
          named(setting)
              + " must be "
              + HTTP
              + " while no gRPC sender is on the class path, was grpc; or add"
              + " io.opentelemetry:opentelemetry-exporter-sender-okhttp, or"
              + " opentelemetry-exporter-sender-grpc-managed-channel and a gRPC transport");
    }
    return exporter;
  }

  /**
   * Returns the provider of a name.
   *
   * @throws IllegalArgumentException if the class path has none
   */
  public static ConfigurableSpanExporterProvider provider(String name, ConfigProperties config) {
    Set<String> found = new TreeSet<>();
    for (ConfigurableSpanExporterProvider provider :
        Capabilities.otlpSenders()
            ? SenderExporters.providers(config)
            : StockExporters.providers()) {
      if (provider.getName().equals(name)) {
        return provider;
      }
      found.add(provider.getName());
    }
    found.add(NONE);
    throw new IllegalArgumentException(
        named(EXPORTER_SETTING) + " must be among " + found + ", was " + name);
  }

  /** Returns the property with its environment variable, for a message. */
  public static String named(String property) {
    return property + " (" + SettingNames.environmentName(property) + ")";
  }
}
