/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import java.util.Enumeration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Chooses format and escaping from the Accept header, and gzip from Accept-Encoding. */
record ContentNegotiation(PageFormat format, Escaping escaping) {
  /** Limits the work for one header; Prometheus sends up to ten ranges. */
  private static final int MAX_RANGES = 32;

  /**
   * Returns the accepted format with the highest quality, the first one among equals. Without an
   * accepted format it returns text, because a text page is more useful to a client than status
   * 406.
   *
   * @param protobuf whether protobuf can be written
   */
  static ContentNegotiation of(@Nullable Enumeration<String> acceptHeaders, boolean protobuf) {
    ContentNegotiation best = new ContentNegotiation(PageFormat.TEXT, Escaping.DEFAULT);
    double bestQuality = 0;
    int ranges = 0;
    while (acceptHeaders != null && acceptHeaders.hasMoreElements()) {
      for (String range : acceptHeaders.nextElement().split(",", MAX_RANGES + 1)) {
        if (++ranges > MAX_RANGES) {
          return best;
        }
        String[] parts = range.split(";", -1);
        Map<String, String> parameters = parameters(parts);
        PageFormat format = format(parts[0].trim().toLowerCase(Locale.ROOT), parameters, protobuf);
        double quality = quality(parameters);
        if (format != null && quality > bestQuality) {
          best = new ContentNegotiation(format, Escaping.of(parameters.get("escaping")));
          bestQuality = quality;
        }
      }
    }
    return best;
  }

  /** Returns whether the {@code Accept-Encoding} headers accept gzip. */
  static boolean acceptsGzip(@Nullable Enumeration<String> acceptEncodingHeaders) {
    while (acceptEncodingHeaders != null && acceptEncodingHeaders.hasMoreElements()) {
      for (String coding : acceptEncodingHeaders.nextElement().split(",", MAX_RANGES + 1)) {
        String[] parts = coding.split(";", -1);
        if (parts[0].trim().equalsIgnoreCase("gzip")) {
          return quality(parameters(parts)) > 0;
        }
      }
    }
    return false;
  }

  private static @Nullable PageFormat format(
      String type, Map<String, String> parameters, boolean protobuf) {
    return switch (type) {
      case "text/plain", "text/*", "*/*" -> PageFormat.TEXT;
      case "application/openmetrics-text" -> {
        String version = parameters.getOrDefault("version", "1.0.0");
        yield version.equals("1.0.0") || version.equals("0.0.1") ? PageFormat.OPENMETRICS : null;
      }
      case "application/vnd.google.protobuf" -> {
        boolean known =
            "io.prometheus.client.metricfamily".equalsIgnoreCase(parameters.get("proto"))
                && parameters.getOrDefault("encoding", "delimited").equals("delimited");
        yield protobuf && known ? PageFormat.PROTOBUF : null;
      }
      default -> null;
    };
  }

  private static Map<String, String> parameters(String[] parts) {
    Map<String, String> parameters = new HashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals > 0) {
        String value = parts[i].substring(equals + 1).trim();
        if (value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")) {
          value = value.substring(1, value.length() - 1);
        }
        parameters.put(parts[i].substring(0, equals).trim().toLowerCase(Locale.ROOT), value);
      }
    }
    return parameters;
  }

  private static double quality(Map<String, String> parameters) {
    String quality = parameters.get("q");
    // RFC 9110 12.4.2: 0 to 1 with at most three decimals; any other text is ignored.
    if (quality == null || !quality.matches("[01](\\.[0-9]{0,3})?")) {
      return 1;
    }
    return Math.min(1, Double.parseDouble(quality));
  }
}
