/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import dev.observe.internal.config.Settings.Setting;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSamplerProvider;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The rules of the settings that decide where traces go and which are kept.
 *
 * <p>OpenTelemetry's autoconfiguration would refuse most of these values too, but from deep inside
 * and without saying which setting it was; so they are looked at first.
 */
public final class TracingSettings {
  /** Which processor hands spans on: {@code batch}, the default, or {@code simple}. */
  public static final String PROCESSOR = "observe.traces.processor";

  /** The property of the OTLP endpoint that all signals share. */
  public static final String OTLP_ENDPOINT = "otel.exporter.otlp.endpoint";

  /** The property of the OTLP protocol that all signals share. */
  public static final String OTLP_PROTOCOL = "otel.exporter.otlp.protocol";

  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration DEFAULT_DELAY = Duration.ofSeconds(5);
  private static final Duration DEFAULT_EXPORT_TIMEOUT = Duration.ofSeconds(30);

  private static final List<String> SAMPLERS =
      List.of(
          "always_on",
          "always_off",
          "traceidratio",
          "parentbased_always_on",
          "parentbased_always_off",
          "parentbased_traceidratio");

  private TracingSettings() {}

  /**
   * Checks all of them.
   *
   * @throws IllegalArgumentException naming the setting, the rule, the value and the fix
   */
  public static void check(Settings settings) {
    checkEndpoint(settings, OTLP_ENDPOINT);
    checkEndpoint(settings, "otel.exporter.otlp.traces.endpoint");
    settings.oneOf(OTLP_PROTOCOL, List.of("http/protobuf", "grpc"));
    settings.oneOf("otel.exporter.otlp.traces.protocol", List.of("http/protobuf", "grpc"));
    settings.oneOf(PROCESSOR, List.of("batch", "simple"));
    for (String scope : List.of("otel.exporter.otlp.", "otel.exporter.otlp.traces.")) {
      settings.oneOf(scope + "compression", List.of("none", "gzip"));
      settings.duration(scope + "timeout", DEFAULT_TIMEOUT);
      for (String file : List.of("certificate", "client.certificate", "client.key")) {
        checkFile(settings, scope + file);
      }
    }
    settings.duration("otel.bsp.schedule.delay", DEFAULT_DELAY);
    settings.duration("otel.bsp.export.timeout", DEFAULT_EXPORT_TIMEOUT);
    settings.integer("otel.bsp.max.queue.size", 65_536, 1, Integer.MAX_VALUE);
    settings.integer("otel.bsp.max.export.batch.size", 512, 1, Integer.MAX_VALUE);
    checkSampler(settings);
    checkHeaders(settings, "otel.exporter.otlp.headers");
    checkHeaders(settings, "otel.exporter.otlp.traces.headers");
  }

  private static void checkEndpoint(Settings settings, String property) {
    Setting setting = settings.find(property);
    if (setting == null) {
      return;
    }
    String rule = "must be an http:// or https:// URL with a host";
    String fix = "for example http://localhost:4318";
    try {
      URI uri = new URI(setting.value());
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null) {
        if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
          throw setting.error(
              "must not have a query or a fragment",
              "credentials belong into otel.exporter.otlp.headers");
        }
        return;
      }
    } catch (URISyntaxException e) {
      // Told below, with the rule.
    }
    throw setting.error(rule, fix);
  }

  private static void checkFile(Settings settings, String property) {
    Setting setting = settings.find(property);
    if (setting != null && !Files.isReadable(Path.of(setting.value()))) {
      throw setting.error(
          "must be a PEM file that can be read", "name an existing file, best by its full path");
    }
  }

  private static void checkSampler(Settings settings) {
    Setting sampler = settings.find("otel.traces.sampler");
    if (sampler == null) {
      return;
    }
    if (!SAMPLERS.contains(sampler.value()) && !isProvided(sampler.value())) {
      throw sampler.error(
          "must be one of " + String.join(", ", SAMPLERS),
          "the default is parentbased_always_on; a sampler of another name needs its jar");
    }
    Setting argument = settings.find("otel.traces.sampler.arg");
    if (argument != null && sampler.value().endsWith("traceidratio")) {
      checkRatio(argument, sampler.value());
    }
  }

  private static boolean isProvided(String sampler) {
    for (ConfigurableSamplerProvider provider :
        ServiceLoader.load(ConfigurableSamplerProvider.class)) {
      if (provider.getName().equals(sampler)) {
        return true;
      }
    }
    return false;
  }

  private static void checkRatio(Setting argument, String sampler) {
    try {
      double value = Double.parseDouble(argument.value());
      if (value >= 0 && value <= 1) {
        return;
      }
    } catch (NumberFormatException e) {
      // Told below, with the rule.
    }
    throw argument.error(
        "must be a number from 0 to 1 for the sampler " + sampler, "0.1 keeps one trace in ten");
  }

  private static void checkHeaders(Settings settings, String property) {
    Setting setting = settings.find(property);
    if (setting == null) {
      return;
    }
    for (String header : settings.list(property, List.of())) {
      if (header.indexOf('=') < 1) {
        // The value is not repeated: a header often holds a credential.
        throw new IllegalArgumentException(
            property
                + " must be a list of name=value pairs with commas between them (from "
                + setting.source()
                + "); for example authorization=Bearer%20abc");
      }
    }
  }

  /**
   * Returns what autoconfiguration is to be told beneath all that the user says: our defaults where
   * they differ from OpenTelemetry's.
   */
  public static Map<String, String> defaults() {
    return Map.of(
        // The Java SDK still says grpc, the specification says http/protobuf.
        OTLP_PROTOCOL,
        "http/protobuf",
        // Promise P8. The SDK has no limit for the length of a value.
        "otel.attribute.value.length.limit",
        "1024",
        "otel.span.attribute.count.limit",
        "64");
  }
}
