/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import dev.observe.internal.config.KnownSettings.KnownSetting;
import dev.observe.internal.config.Settings.Setting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The settings in force as text for people: each with where it comes from, and without its secrets.
 */
public final class EffectiveSettings {
  private final Settings settings;
  private final Set<String> properties = new HashSet<>();
  private final Set<String> variables = new HashSet<>();

  private EffectiveSettings(Settings settings) {
    this.settings = settings;
    for (KnownSetting known : KnownSettings.ALL) {
      properties.add(known.name());
      variables.add(Settings.environmentName(known.name()));
    }
  }

  /**
   * Returns a line for each known setting, for example {@code otel.traces.exporter = otlp
   * (default)}; then one for every other of OpenTelemetry's that is set; then one for every name of
   * observe's that is set and that nothing reads, with the name that was probably meant.
   */
  public static List<String> lines(Settings settings) {
    EffectiveSettings effective = new EffectiveSettings(settings);
    List<String> lines = new ArrayList<>(effective.known());
    lines.addAll(effective.others());
    lines.addAll(effective.unknown());
    return lines;
  }

  private List<String> known() {
    int longest = 0;
    for (KnownSetting known : KnownSettings.ALL) {
      longest = Math.max(longest, known.name().length());
    }
    List<String> lines = new ArrayList<>();
    for (KnownSetting known : KnownSettings.ALL) {
      Setting setting = settings.find(known.name());
      String value;
      if (setting != null) {
        value = Secrets.hide(known.name(), setting.value()) + " (from " + setting.source() + ")";
      } else if (known.defaultValue().isEmpty()) {
        value = "(default)";
      } else {
        value = known.defaultValue().replace("`", "") + " (default)";
      }
      lines.add(known.name() + " ".repeat(longest - known.name().length()) + " = " + value);
    }
    return lines;
  }

  private List<String> others() {
    List<String> lines = new ArrayList<>();
    for (String name : settings.systemPropertyNames("otel.")) {
      Setting setting = settings.find(name);
      if (setting != null && !properties.contains(name)) {
        String value = Secrets.hide(name, setting.value());
        lines.add(name + " = " + value + " (from " + setting.source() + ")");
      }
    }
    for (String variable : settings.environmentNames("OTEL_")) {
      String value = settings.environmentValue(variable);
      if (!value.isBlank() && !variables.contains(variable)) {
        // Which of its underscores are dots and which are dashes only its reader knows.
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

  /** The value is not shown: of a name that nobody knows, nobody knows whether it is a secret. */
  private static String unknown(String kind, String name, Set<String> known) {
    return "Nothing reads the " + kind + " " + name + "; is it " + nearest(name, known) + "?";
  }

  private static String nearest(String name, Set<String> known) {
    // In the order of the list, so that of two as near the answer is always the same.
    return NearestName.of(
        name,
        KnownSettings.ALL.stream()
            .map(
                setting ->
                    known.contains(setting.name())
                        ? setting.name()
                        : Settings.environmentName(setting.name()))
            .toList());
  }
}
