/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Translates names and units of OpenTelemetry by its specification for Prometheus. The functions of
 * the Prometheus client for this have changed with its versions.
 */
final class PrometheusNames {
  /** Endings that mark a sample of a metric in the text formats. */
  private static final List<String> RESERVED = List.of("_total", "_created", "_bucket", "_info");

  /** The words for the units of UCUM, in the plural. */
  private static final Map<String, String> UNITS =
      Map.ofEntries(
          Map.entry("a", "years"),
          Map.entry("mo", "months"),
          Map.entry("wk", "weeks"),
          Map.entry("d", "days"),
          Map.entry("h", "hours"),
          Map.entry("min", "minutes"),
          Map.entry("s", "seconds"),
          Map.entry("ms", "milliseconds"),
          Map.entry("us", "microseconds"),
          Map.entry("ns", "nanoseconds"),
          Map.entry("By", "bytes"),
          Map.entry("KiBy", "kibibytes"),
          Map.entry("MiBy", "mebibytes"),
          Map.entry("GiBy", "gibibytes"),
          Map.entry("TiBy", "tibibytes"),
          Map.entry("KBy", "kilobytes"),
          Map.entry("MBy", "megabytes"),
          Map.entry("GBy", "gigabytes"),
          Map.entry("TBy", "terabytes"),
          Map.entry("m", "meters"),
          Map.entry("V", "volts"),
          Map.entry("A", "amperes"),
          Map.entry("J", "joules"),
          Map.entry("W", "watts"),
          Map.entry("g", "grams"),
          Map.entry("Cel", "celsius"),
          Map.entry("Hz", "hertz"),
          Map.entry("%", "percent"));

  private static final List<String> WITHOUT_PLURAL = List.of("Cel", "Hz", "%");

  private PrometheusNames() {}

  /** Returns the name of a metric, with its unit and without the ending of its samples. */
  static String metric(String name, @Nullable Unit unit) {
    String base = withoutEndings(escape(name, true));
    String full = unit == null || base.endsWith("_" + unit) ? base : base + "_" + unit;
    return full.replaceAll("__+", "_");
  }

  private static String withoutEndings(String name) {
    for (String ending : RESERVED) {
      if (name.endsWith(ending) && name.length() > ending.length()) {
        return withoutEndings(name.substring(0, name.length() - ending.length()));
      }
    }
    return name;
  }

  /** Returns the name of the label for an attribute. */
  static String label(String key) {
    // Prometheus reserves two underscores at the start.
    return escape(key, false).replaceAll("^__+", "_");
  }

  private static String escape(String name, boolean colons) {
    StringBuilder escaped = new StringBuilder(name.length());
    name.codePoints()
        .forEach(
            c -> {
              boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
              boolean digit = c >= '0' && c <= '9' && !escaped.isEmpty();
              escaped.append(letter || digit || (colons && c == ':') ? (char) c : '_');
            });
    return escaped.toString();
  }

  /** Returns the unit of the metric's name, or null without one. */
  static @Nullable Unit unit(String ucum) {
    String plain = ucum.replaceAll("\\{[^}]*}", "").strip();
    String[] parts = plain.split("/", 2);
    String counted = parts[0].equals("1") ? "" : UNITS.getOrDefault(parts[0], parts[0]).strip();
    String name =
        parts.length == 1 || parts[1].isBlank() ? counted : counted + "_per_" + singular(parts[1]);
    String word = escape(name, false).replaceAll("__+", "_").replaceAll("^_|_$", "");
    return word.isEmpty() || RESERVED.contains("_" + word) ? null : new Unit(word);
  }

  private static String singular(String unit) {
    String plural = UNITS.get(unit);
    return plural == null || WITHOUT_PLURAL.contains(unit)
        ? unit.strip()
        : plural.substring(0, plural.length() - 1);
  }
}
