/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import dev.observe.internal.util.SettingNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Every setting, looked up by its property name in one order: system property, environment
 * variable, code, file, default. OpenTelemetry's own autoconfiguration uses the same order, so an
 * {@code otel.*} name gives the same answer here and there.
 *
 * <p>The environment name of {@code observe.metrics.port} is {@code OBSERVE_METRICS_PORT}. A blank
 * value counts as not set, as the OpenTelemetry specification 1.60.0 (sdk-environment-variables)
 * asks.
 *
 * <p>Immutable and safe for use by any number of threads.
 */
public final class Settings {
  private final Source systemProperties;
  private final Source environment;
  private final Map<String, String> code;

  /** The lists of the code, whose entries may contain commas; their texts are in {@link #code}. */
  private final Map<String, List<String>> codeLists;

  private final ConfigFile file;

  private Settings(
      Source systemProperties,
      Source environment,
      Map<String, String> code,
      Map<String, List<String>> codeLists,
      ConfigFile file) {
    this.systemProperties = systemProperties;
    this.environment = environment;
    this.code = Map.copyOf(code);
    this.codeLists = codeLists;
    this.file = file;
  }

  private static Settings of(
      Source systemProperties,
      Source environment,
      Map<String, String> code,
      @Nullable ClassLoader loader) {
    Settings without = new Settings(systemProperties, environment, code, Map.of(), ConfigFile.NONE);
    ConfigFile file = ConfigFile.find(without.find(ConfigFile.SETTING), loader);
    return new Settings(systemProperties, environment, code, Map.of(), file);
  }

  /**
   * Returns the settings of this process, over those given by code.
   *
   * @param code property names and values, asked before the file
   * @throws IllegalArgumentException if the file cannot be read, or holds a name that nothing reads
   */
  public static Settings of(Map<String, String> code) {
    return of(
        new Source(System::getProperty, () -> System.getProperties().stringPropertyNames()),
        new Source(System::getenv, () -> System.getenv().keySet()),
        code,
        Thread.currentThread().getContextClassLoader());
  }

  /**
   * Returns the settings of this process, over those given by code.
   *
   * @param code as in {@link #of(Map)}
   * @param lists property names and the entries of their lists; an entry may contain commas
   * @throws IllegalArgumentException as {@link #of(Map)}
   */
  public static Settings of(Map<String, String> code, Map<String, List<String>> lists) {
    Map<String, String> texts = new HashMap<>(code);
    Map<String, List<String>> copies = new HashMap<>();
    lists.forEach(
        (property, entries) -> {
          texts.put(property, String.join(", ", entries));
          copies.put(property, List.copyOf(entries));
        });
    Settings settings = of(texts);
    return new Settings(
        settings.systemProperties, settings.environment, texts, copies, settings.file);
  }

  /** Returns settings of which none is set. */
  public static Settings none() {
    Source nothing = new Source(name -> null, Set::of);
    return new Settings(nothing, nothing, Map.of(), Map.of(), ConfigFile.NONE);
  }

  /** Returns settings read from the maps given instead of the process, for tests. */
  static Settings of(
      Map<String, String> systemProperties,
      Map<String, String> environment,
      Map<String, String> code) {
    return of(
        new Source(systemProperties::get, systemProperties::keySet),
        new Source(environment::get, environment::keySet),
        code,
        null);
  }

  /** Returns the environment variable that a property can be set by. */
  public static String environmentName(String property) {
    return SettingNames.environmentName(property);
  }

  /** Returns the value that is in force and where it comes from, or null when nothing sets it. */
  public @Nullable Setting find(String property) {
    String variable = environmentName(property);
    Setting found =
        setting(property, systemProperties.value.apply(property), "system property " + property);
    if (found == null) {
      found =
          setting(property, environment.value.apply(variable), "environment variable " + variable);
    }
    if (found == null) {
      found = setting(property, code.get(property), "code");
    }
    return found != null ? found : setting(property, file.values().get(property), file.source());
  }

  /** Returns what the file says, by property name. */
  public Map<String, String> fromFile() {
    return file.values();
  }

  private static @Nullable Setting setting(String property, @Nullable String value, String source) {
    return value == null || value.isBlank() ? null : new Setting(property, value.trim(), source);
  }

  /** Returns the system properties that begin with {@code prefix}, sorted. */
  SortedSet<String> systemPropertyNames(String prefix) {
    return systemProperties.names(prefix);
  }

  /** Returns the environment variables that begin with {@code prefix}, sorted. */
  SortedSet<String> environmentNames(String prefix) {
    return environment.names(prefix);
  }

  /** Returns the value of an environment variable whose property is not known. */
  String environmentValue(String variable) {
    return Objects.requireNonNullElse(environment.value.apply(variable), "");
  }

  /** Returns the text of a setting, or null when nothing sets it. */
  public @Nullable String text(String property) {
    Setting setting = find(property);
    return setting == null ? null : setting.value();
  }

  /** Returns the text of a setting, or {@code defaultValue} when nothing sets it. */
  public String text(String property, String defaultValue) {
    String value = text(property);
    return value == null ? defaultValue : value;
  }

  /**
   * Returns one of a few words.
   *
   * @param allowed the words, of which the first is the default
   * @throws IllegalArgumentException if the value is another
   */
  public String oneOf(String property, List<String> allowed) {
    Setting setting = find(property);
    if (setting == null) {
      return allowed.get(0);
    }
    if (!allowed.contains(setting.value())) {
      throw setting.error(
          "must be one of " + String.join(", ", allowed), "the default is " + allowed.get(0));
    }
    return setting.value();
  }

  /**
   * Returns a whole number.
   *
   * @throws IllegalArgumentException if the value is no whole number from {@code min} to {@code
   *     max}
   */
  public int integer(String property, int defaultValue, int min, int max) {
    Setting setting = find(property);
    if (setting == null) {
      return defaultValue;
    }
    try {
      int value = Integer.parseInt(setting.value());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, with the rule.
    }
    throw setting.error(
        "must be a whole number from " + min + " to " + max, "the default is " + defaultValue);
  }

  /**
   * Returns a switch.
   *
   * @throws IllegalArgumentException if the value is neither {@code true} nor {@code false}, in any
   *     case
   */
  public boolean isOn(String property, boolean defaultValue) {
    Setting setting = find(property);
    if (setting == null) {
      return defaultValue;
    }
    return switch (setting.value().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw setting.error("must be true or false", "the default is " + defaultValue);
    };
  }

  /**
   * Returns a duration, written as a number of milliseconds or with one of the units {@code ms},
   * {@code s}, {@code m} or {@code h}.
   *
   * @throws IllegalArgumentException if the value is not such a duration, or negative
   */
  public Duration duration(String property, Duration defaultValue) {
    Setting setting = find(property);
    if (setting == null) {
      return defaultValue;
    }
    String value = setting.value();
    int digits = 0;
    while (digits < value.length() && Character.isDigit(value.charAt(digits))) {
      digits++;
    }
    try {
      long amount = Long.parseLong(value.substring(0, digits));
      return switch (value.substring(digits).trim()) {
        case "", "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> throw new NumberFormatException();
      };
    } catch (NumberFormatException | ArithmeticException e) {
      throw setting.error(
          "must be a number of milliseconds, or one with the unit ms, s, m or h",
          "for example " + defaultValue.toMillis());
    }
  }

  /** Returns the entries of a comma-separated list, trimmed, without empty ones. */
  public List<String> list(String property, List<String> defaultValue) {
    Setting setting = find(property);
    if (setting == null) {
      return defaultValue;
    }
    List<String> listed = codeLists.get(property);
    if (listed != null && setting.source().equals("code")) {
      return listed;
    }
    List<String> entries = new ArrayList<>();
    for (String entry : setting.value().split(",", -1)) {
      if (!entry.isBlank()) {
        entries.add(entry.trim());
      }
    }
    return List.copyOf(entries);
  }

  /** What has values for names: this process, or a map in a test. */
  private record Source(Function<String, @Nullable String> value, Supplier<Set<String>> allNames) {
    SortedSet<String> names(String prefix) {
      SortedSet<String> names = new TreeSet<>(allNames.get());
      names.removeIf(name -> !name.startsWith(prefix));
      return names;
    }
  }

  /**
   * A setting that somebody made.
   *
   * @param property the name
   * @param value the text, trimmed
   * @param source where it was made, as a person would say it
   */
  public record Setting(String property, String value, String source) {
    /**
     * Returns an exception that names the setting, the rule, the value without its secrets, its
     * source and the fix.
     */
    public IllegalArgumentException error(String rule, String fix) {
      return new IllegalArgumentException(
          property
              + " "
              + rule
              + ", was '"
              + Secrets.hide(property, value)
              + "' (from "
              + source
              + "); "
              + fix);
    }
  }
}
