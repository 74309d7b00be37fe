/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import java.util.Map;

/** The short keys of a file, as other frameworks have them; each sets one or more settings. */
final class ShortKeys {
  private ShortKeys() {}

  /**
   * Returns the values that a short key sets, by property name.
   *
   * @throws IllegalArgumentException if the value breaks the key's rule, which is the message
   */
  static Map<String, String> expand(Setting<?> setting, String value) {
    if (setting == Setting.SAMPLER) {
      return sampler(value);
    }
    return setting == Setting.TRACES_EXPORTER ? batcher(value) : Map.of(setting.name(), value);
  }

  /** A number is the ratio of traces to keep; any other text is the name of a sampler. */
  private static Map<String, String> sampler(String value) {
    try {
      double ratio = Double.parseDouble(value);
      if (ratio >= 0 && ratio <= 1) {
        return Map.of(
            Setting.SAMPLER.name(),
            "parentbased_traceidratio",
            Setting.SAMPLER_ARGUMENT.name(),
            Double.toString(ratio));
      }
    } catch (NumberFormatException e) {
      return Map.of(Setting.SAMPLER.name(), value);
    }
    throw new IllegalArgumentException("must be a number from 0 to 1 or the name of a sampler");
  }

  private static Map<String, String> batcher(String value) {
    return switch (value) {
      // Jaeger accepts OTLP, and nothing else since version 2.
      case "otlphttp", "jaeger" -> otlp("http/protobuf");
      case "otlpgrpc" -> otlp("grpc");
      case "console", "none" -> Map.of(Setting.TRACES_EXPORTER.name(), value);
      default ->
          throw new IllegalArgumentException(
              "must be one of otlphttp, otlpgrpc, jaeger, console, none");
    };
  }

  private static Map<String, String> otlp(String protocol) {
    return Map.of(Setting.TRACES_EXPORTER.name(), "otlp", Setting.OTLP_PROTOCOL.name(), protocol);
  }
}
