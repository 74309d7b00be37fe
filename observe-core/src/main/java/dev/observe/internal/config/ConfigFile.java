/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import dev.observe.internal.config.KnownSettings.KnownSetting;
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
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Settings in a file: the one that {@value #SETTING} names, else {@value #RESOURCE} on the class
 * path.
 *
 * @param source as a person would say it
 * @param values by property name
 */
record ConfigFile(String source, Map<String, String> values) {
  static final String SETTING = "observe.config.file";
  static final String RESOURCE = "observe.properties";
  static final ConfigFile NONE = new ConfigFile("no file", Map.of());

  /** How far from a known name an OpenTelemetry name is taken for a slip of the pen. */
  private static final int SLIP = 2;

  /**
   * Finds and reads the file, if there is any.
   *
   * @param named what {@value #SETTING} says, or null
   * @throws IllegalArgumentException if it cannot be read, or holds a name that nothing reads
   */
  static ConfigFile find(Settings.@Nullable Setting named, @Nullable ClassLoader loader) {
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
      // A cached jar would be kept open, and a redeployed application's file with it.
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream()) {
        return of("file " + resource, load(in));
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          RESOURCE + " must be a file that can be read, was " + resource + " (" + e + ")", e);
    }
  }

  private static ConfigFile read(Settings.Setting named) {
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
      Function<String, Map<String, String>> shortKey = ShortKeys.ALL.get(key);
      if (shortKey != null) {
        try {
          // What is written in full says it more exactly.
          shortKey.apply(value).forEach(values::putIfAbsent);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              key + " " + e.getMessage() + ", was '" + value + "' (from " + source + ")", e);
        }
      } else {
        requireKnown(source, key);
        values.put(key, value);
      }
    }
    return new ConfigFile(source, Map.copyOf(values));
  }

  private static void requireKnown(String source, String key) {
    List<String> names = KnownSettings.ALL.stream().map(KnownSetting::name).toList();
    if (names.contains(key)) {
      return;
    }
    String nearest = NearestName.of(key, names);
    // OpenTelemetry has more settings than we list, and extensions bring their own.
    if (!key.startsWith("otel.") || NearestName.distance(key, nearest) <= SLIP) {
      throw new IllegalArgumentException(
          "Nothing reads '" + key + "' (from " + source + "); is it " + nearest + "?");
    }
  }
}
