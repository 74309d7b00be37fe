/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.spring;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The settings of observe and OpenTelemetry in Spring's environment, under the same names. They
 * count as settings in code, so system properties and environment variables override them, as they
 * override Spring's own files.
 *
 * @param environment the source of all other properties
 * @param properties values by name
 */
record SpringSettings(Environment environment, Map<String, String> properties) {
  private static final String DEFAULT_SERVICE = "application";

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException if no code reads a name that begins with {@code observe.}
   */
  static SpringSettings of(Environment environment) {
    Map<String, String> properties = new HashMap<>();
    if (environment instanceof ConfigurableEnvironment configurable) {
      for (PropertySource<?> source : configurable.getPropertySources()) {
        if (source instanceof EnumerablePropertySource<?> named && !isOfProcess(source.getName())) {
          for (String name : named.getPropertyNames()) {
            add(environment, source.getName(), name, properties);
          }
        }
      }
    }
    return new SpringSettings(environment, Map.copyOf(properties));
  }

  /** {@link Settings} reads these itself. */
  private static boolean isOfProcess(String source) {
    return source.equals(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME)
        || source.equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
  }

  private static void add(
      Environment environment, String source, String name, Map<String, String> properties) {
    if (!name.startsWith("otel.") && !name.startsWith("observe.")) {
      return;
    }
    int index = name.indexOf('[');
    String setting = index < 0 ? name : name.substring(0, index);
    Settings.requireKnown(source, setting);
    String value = index < 0 ? environment.getProperty(name) : list(environment, setting);
    if (value != null && !value.isBlank()) {
      properties.putIfAbsent(setting, value);
    }
  }

  /** Returns the entries of a YAML list, which Spring names {@code name[0]}, {@code name[1]}. */
  private static String list(Environment environment, String name) {
    List<String> entries = new ArrayList<>();
    String entry = environment.getProperty(name + "[0]");
    while (entry != null) {
      entries.add(entry);
      entry = environment.getProperty(name + '[' + entries.size() + ']');
    }
    return String.join(",", entries);
  }

  /** Returns the settings of all sources. */
  Settings all() {
    return Settings.of(properties);
  }

  /** Returns the name of the service unless another setting has one. */
  String serviceName() {
    String name = properties.get(Setting.SERVICE_NAME.name());
    if (name == null) {
      name = environment.getProperty("spring.application.name");
    }
    return name == null || name.isBlank() ? DEFAULT_SERVICE : name;
  }
}
