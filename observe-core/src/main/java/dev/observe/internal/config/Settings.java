/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import dev.observe.internal.util.SettingNames;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The values of all settings for one handle. System properties override environment variables,
 * which override code (builders and init-params), which overrides the file; the default comes last.
 * OpenTelemetry's autoconfiguration uses the same order, so an {@code otel.*} setting has the same
 * value there.
 *
 * <p>{@link #of} reads the file, so a handle calls it once and passes the object to its parts.
 *
 * <p>The environment variable of {@code observe.metrics.port} is {@code OBSERVE_METRICS_PORT}. A
 * blank value counts as not set, as the OpenTelemetry specification 1.60.0
 * (sdk-environment-variables) requires.
 *
 * <p>Immutable and safe for use by any number of threads.
 */
public final class Settings {
  private static final Set<Section> TRACING =
      EnumSet.of(Section.EXPORT, Section.QUEUE, Section.SAMPLING, Section.LIMITS);

  private final Source systemProperties;
  private final Source environment;
  private final Map<String, String> code;

  /** The lists in the code, whose entries may contain commas. */
  private final Map<String, List<String>> lists;

  private final ConfigFile file;

  private Settings(
      Source systemProperties,
      Source environment,
      Map<String, String> code,
      Map<String, List<String>> lists,
      ConfigFile file) {
    this.systemProperties = systemProperties;
    this.environment = environment;
    this.code = Map.copyOf(code);
    this.lists = Map.copyOf(lists);
    this.file = file;
  }

  private static Settings of(
      Source systemProperties,
      Source environment,
      Map<String, String> code,
      @Nullable ClassLoader loader) {
    Settings withoutFile =
        new Settings(systemProperties, environment, code, Map.of(), ConfigFile.NONE);
    ConfigFile file = ConfigFile.find(withoutFile.find(Setting.CONFIG_FILE), loader);
    return new Settings(systemProperties, environment, code, Map.of(), file);
  }

  /**
   * Reads the settings of this process.
   *
   * @param code property names and values from a builder or from init-params
   * @throws IllegalArgumentException if the file cannot be read or contains an unknown name
   */
  public static Settings of(Map<String, String> code) {
    return of(
        new Source(null),
        new Source(System.getenv()),
        code,
        Thread.currentThread().getContextClassLoader());
  }

  /**
   * Checks a property name of a file that another library reads.
   *
   * @param source the file, for the message
   * @throws IllegalArgumentException if no code reads the name; the message has the nearest one
   */
  public static void requireKnown(String source, String property) {
    ConfigFile.requireKnown(source, property);
  }

  /** Returns settings that are all unset. */
  public static Settings none() {
    Source nothing = new Source(Map.of());
    return new Settings(nothing, nothing, Map.of(), Map.of(), ConfigFile.NONE);
  }

  /** Returns settings read from maps instead of the process, for tests. */
  static Settings of(
      Map<String, String> systemProperties,
      Map<String, String> environment,
      Map<String, String> code) {
    return of(new Source(systemProperties), new Source(environment), code, null);
  }

  /** Returns these settings with other values from code, without reading the file again. */
  public Settings withCode(Map<String, String> code) {
    return new Settings(systemProperties, environment, code, Map.of(), file);
  }

  /**
   * Returns these settings with lists from code in addition; their entries may contain commas.
   *
   * @param lists entries by property name
   */
  public Settings withLists(Map<String, List<String>> lists) {
    Map<String, String> texts = new HashMap<>(code);
    Map<String, List<String>> copies = new HashMap<>();
    lists.forEach(
        (property, entries) -> {
          texts.put(property, String.join(", ", entries));
          copies.put(property, List.copyOf(entries));
        });
    return new Settings(systemProperties, environment, texts, copies, file);
  }

  /** Returns the effective text of a setting and its source, or null if it is not set. */
  public @Nullable SettingValue find(Setting<?> setting) {
    return find(setting.name());
  }

  @Nullable SettingValue find(String property) {
    String variable = SettingNames.environmentName(property);
    SettingValue found =
        value(property, systemProperties.value(property), "system property " + property);
    if (found == null) {
      found = value(property, environment.value(variable), "environment variable " + variable);
    }
    if (found == null) {
      found = value(property, code.get(property), "code");
      List<String> list = lists.get(property);
      if (found != null && list != null) {
        return found.withEntries(list);
      }
    }
    return found != null ? found : value(property, file.values().get(property), file.source());
  }

  private static @Nullable SettingValue value(
      String property, @Nullable String value, String source) {
    return value == null || value.isBlank()
        ? null
        : new SettingValue(property, value.trim(), source);
  }

  /** Returns the text of a setting, or null if it is not set and has no default. */
  public @Nullable String text(Setting<?> setting) {
    SettingValue found = find(setting);
    return found != null ? found.value() : setting.defaultText();
  }

  /**
   * Returns the value of a setting that has a default.
   *
   * @throws IllegalArgumentException if the value is not valid
   */
  public <T> T get(Setting<T> setting) {
    return Objects.requireNonNull(optional(setting), setting.name());
  }

  /**
   * Returns the value of a setting, or null if it is not set and has no default.
   *
   * @throws IllegalArgumentException if the value is not valid
   */
  public <T> @Nullable T optional(Setting<T> setting) {
    SettingValue found = find(setting);
    String defaultText = setting.defaultText();
    if (found == null && defaultText != null) {
      found = new SettingValue(setting.name(), defaultText, "default");
    }
    return found == null ? null : setting.parse(found);
  }

  /**
   * Checks all settings of tracing.
   *
   * @throws IllegalArgumentException if one is not valid
   */
  public void checkTracing() {
    for (Setting<?> setting : Setting.all()) {
      if (TRACING.contains(setting.section)) {
        optional(setting);
      }
    }
    SettingValue ratio = find(Setting.SAMPLER_ARGUMENT);
    String sampler = get(Setting.SAMPLER);
    if (ratio != null && sampler.endsWith("traceidratio") && !isRatio(ratio.value())) {
      throw ratio.error(
          "must be a number from 0 to 1 for the sampler " + sampler, "0.1 keeps one trace in ten");
    }
  }

  private static boolean isRatio(String text) {
    try {
      double ratio = Double.parseDouble(text);
      return ratio >= 0 && ratio <= 1;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /**
   * Returns the properties for OpenTelemetry's autoconfiguration, which adds system properties and
   * environment variables itself: code over the file over our defaults.
   */
  public Map<String, String> forSdk() {
    Map<String, String> properties = new HashMap<>();
    for (Setting<?> setting : Setting.all()) {
      if (setting.overridesSdk()) {
        properties.put(setting.name(), setting.documentedDefault());
      }
    }
    properties.putAll(file.values());
    properties.putAll(code);
    return properties;
  }

  /** Returns the system properties that begin with {@code prefix}, sorted. */
  SortedSet<String> systemPropertyNames(String prefix) {
    return systemProperties.names(prefix);
  }

  /** Returns the environment variables that begin with {@code prefix}, sorted. */
  SortedSet<String> environmentNames(String prefix) {
    return environment.names(prefix);
  }

  /** Returns the value of an environment variable whose property name is unknown. */
  String environmentValue(String variable) {
    return Objects.requireNonNullElse(environment.value(variable), "");
  }

  /** A source of values by name: a map, or the system properties instead of null. */
  private record Source(@Nullable Map<String, String> values) {
    @Nullable String value(String name) {
      return values == null ? System.getProperty(name) : values.get(name);
    }

    SortedSet<String> names(String prefix) {
      SortedSet<String> names =
          new TreeSet<>(
              values == null ? System.getProperties().stringPropertyNames() : values.keySet());
      names.removeIf(name -> !name.startsWith(prefix));
      return names;
    }
  }
}
