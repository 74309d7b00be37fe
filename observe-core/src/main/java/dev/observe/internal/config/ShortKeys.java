/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import java.util.Map;
import java.util.function.Function;

/**
 * The four keys that a service needs at most, as other frameworks' configuration files have them.
 * Each stands for settings with longer names.
 */
final class ShortKeys {
  static final Map<String, Function<String, Map<String, String>>> ALL =
      Map.of(
          "name",
          value -> Map.of("otel.service.name", value),
          "endpoint",
          value -> Map.of(TracingSettings.OTLP_ENDPOINT, value),
          "sampler",
          ShortKeys::sampler,
          "batcher",
          ShortKeys::batcher);

  private static final String EXPORTER = "otel.traces.exporter";

  private ShortKeys() {}

  /** A number is the ratio of traces to keep, a name is a sampler's. */
  private static Map<String, String> sampler(String value) {
    try {
      double ratio = Double.parseDouble(value);
      if (ratio >= 0 && ratio <= 1) {
        return Map.of(
            "otel.traces.sampler",
            "parentbased_traceidratio",
            "otel.traces.sampler.arg",
            Double.toString(ratio));
      }
    } catch (NumberFormatException e) {
      return Map.of("otel.traces.sampler", value);
    }
    throw new IllegalArgumentException("must be a number from 0 to 1 or the name of a sampler");
  }

  private static Map<String, String> batcher(String value) {
    return switch (value) {
      // Jaeger takes OTLP, and nothing else since version 2.
      case "otlphttp", "jaeger" ->
          Map.of(EXPORTER, "otlp", TracingSettings.OTLP_PROTOCOL, "http/protobuf");
      case "otlpgrpc" -> Map.of(EXPORTER, "otlp", TracingSettings.OTLP_PROTOCOL, "grpc");
      case "console", "none" -> Map.of(EXPORTER, value);
      default ->
          throw new IllegalArgumentException(
              "must be one of otlphttp, otlpgrpc, jaeger, console, none");
    };
  }
}
