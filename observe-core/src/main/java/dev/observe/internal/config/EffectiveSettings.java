/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import dev.observe.internal.util.SettingNames;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The effective settings as text for people: each with its source and without its secrets. */
public final class EffectiveSettings {
  private final Settings settings;
  private final Set<String> properties = new LinkedHashSet<>();
  private final Set<String> variables = new LinkedHashSet<>();

  private EffectiveSettings(Settings settings) {
    this.settings = settings;
    for (Setting<?> setting : Setting.all()) {
      properties.add(setting.name());
      variables.add(SettingNames.environmentName(setting.name()));
    }
  }

  /**
   * Returns a line for each setting of the table, for example {@code otel.traces.exporter = otlp
   * (default)}; then one for each other setting of OpenTelemetry that is set; then one for each
   * name of observe that is set and unknown, with the nearest known name.
   */
  public static List<String> lines(Settings settings) {
    EffectiveSettings effective = new EffectiveSettings(settings);
    List<String> lines = new ArrayList<>(effective.known());
    lines.addAll(effective.others());
    lines.addAll(effective.unknown());
    return lines;
  }

  private List<String> known() {
    int longest = properties.stream().mapToInt(String::length).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (Setting<?> setting : Setting.all()) {
      SettingValue found = settings.find(setting);
      String shown =
          found != null
              ? found.shown() + " (from " + found.source() + ")"
              : (setting.documentedDefault().replace("`", "") + " (default)").strip();
      lines.add(setting.name() + " ".repeat(longest - setting.name().length()) + " = " + shown);
    }
    return lines;
  }

  private List<String> others() {
    List<String> lines = new ArrayList<>();
    for (String name : settings.systemPropertyNames("otel.")) {
      SettingValue found = settings.find(name);
      if (found != null && !properties.contains(name)) {
        lines.add(name + " = " + found.shown() + " (from " + found.source() + ")");
      }
    }
    for (String variable : settings.environmentNames("OTEL_")) {
      String value = settings.environmentValue(variable);
      if (!value.isBlank() && !variables.contains(variable)) {
        // A guess of the property name, good enough to recognise a secret.
        String name = variable.toLowerCase(Locale.ROOT).replace('_', '.');
        lines.add(variable + " = " + Secrets.hide(name, value) + " (from environment variable)");
      }
    }
    return lines;
  }

  private List<String> unknown() {
    List<String> lines = new ArrayList<>();
    for (String name : settings.systemPropertyNames("observe.")) {
      if (!properties.contains(name)) {
        lines.add(unknown("system property", name, properties));
      }
    }
    for (String name : settings.environmentNames("OBSERVE_")) {
      if (!variables.contains(name)) {
        lines.add(unknown("environment variable", name, variables));
      }
    }
    return lines;
  }

  /** Omits the value, which may be a secret. */
  private static String unknown(String kind, String name, Set<String> known) {
    return "Nothing reads the "
        + kind
        + " "
        + name
        + "; is it "
        + NearestName.of(name, known)
        + "?";
  }
}
