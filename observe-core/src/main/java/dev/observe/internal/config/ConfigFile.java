/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The file of settings: the one that {@code observe.config.file} names, else {@value #RESOURCE} on
 * the class path.
 *
 * @param source the file, for messages
 * @param values by property name
 */
record ConfigFile(String source, Map<String, String> values) {
  static final String RESOURCE = "observe.properties";
  static final ConfigFile NONE = new ConfigFile("no file", Map.of());

  /** Maximum edit distance at which an unknown {@code otel.*} name counts as a typo. */
  private static final int MAX_TYPO_DISTANCE = 2;

  /**
   * Reads the file, if there is one.
   *
   * @param named the setting that names the file, or null
   * @throws IllegalArgumentException if the file cannot be read or contains an unknown name
   */
  static ConfigFile find(@Nullable SettingValue named, @Nullable ClassLoader loader) {
    if (named != null) {
      return read(named);
    }
    URL resource =
        (loader == null ? ClassLoader.getSystemClassLoader() : loader).getResource(RESOURCE);
    if (resource == null) {
      return NONE;
    }
    try {
      URLConnection connection = resource.openConnection();
      // With a cache, the jar of an application would stay open after its redeployment.
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream()) {
        return of("file " + resource, load(in));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          RESOURCE + " must be a file that can be read, was " + resource + " (" + e + ")", e);
    }
  }

  private static ConfigFile read(SettingValue named) {
    try (InputStream in = Files.newInputStream(Path.of(named.value()))) {
      return of("file " + named.value(), load(in));
    } catch (IOException | InvalidPathException e) {
      throw named.error("must be a file that can be read", e.toString());
    }
  }

  private static Properties load(InputStream in) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    return properties;
  }

  private static ConfigFile of(String source, Properties properties) {
    Map<String, String> values = new HashMap<>();
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      String value = properties.getProperty(key).trim();
      Setting<?> shortened = withShortKey(key);
      if (shortened == null) {
        requireKnown(source, key);
        values.put(key, value);
        continue;
      }
      try {
        // A full name overrides a short key.
        ShortKeys.expand(shortened, value).forEach(values::putIfAbsent);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            key + " " + e.getMessage() + ", was '" + value + "' (from " + source + ")", e);
      }
    }
    return new ConfigFile(source, Map.copyOf(values));
  }

  private static @Nullable Setting<?> withShortKey(String key) {
    for (Setting<?> setting : Setting.all()) {
      if (key.equals(setting.shortKey())) {
        return setting;
      }
    }
    return null;
  }

  static void requireKnown(String source, String key) {
    if (Setting.named(key) != null) {
      return;
    }
    String nearest = NearestName.of(key, Setting.all().stream().map(Setting::name).toList());
    // OpenTelemetry has more settings than the table, and its extensions have their own.
    if (!key.startsWith("otel.") || NearestName.distance(key, nearest) <= MAX_TYPO_DISTANCE) {
      throw new IllegalArgumentException(
          "Nothing reads '" + key + "' (from " + source + "); is it " + nearest + "?");
    }
  }
}
