/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.util.Snapshots;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The version, date and revision of the application's build, as the metric {@code build_info}.
 *
 * <p>Read from the settings {@code observe.build.*}, else from the resource {@value #RESOURCE} on
 * the class path.
 *
 * @param version the version, or null if unknown
 * @param date the date of the build, or null if unknown
 * @param revision the revision of the sources, or null if unknown
 */
public record BuildInfo(@Nullable String version, @Nullable String date, @Nullable String revision)
    implements MultiCollector {
  static final String RESOURCE = "META-INF/observe-build.properties";

  /**
   * Reads the settings and the resource.
   *
   * @param loader the class loader of the application, or null for the system class loader
   */
  public static BuildInfo find(Settings settings, @Nullable ClassLoader loader) {
    Properties resource = read(loader == null ? ClassLoader.getSystemClassLoader() : loader);
    return new BuildInfo(
        value(settings, Setting.BUILD_VERSION, resource, "version"),
        value(settings, Setting.BUILD_DATE, resource, "date"),
        value(settings, Setting.BUILD_REVISION, resource, "revision"));
  }

  private static Properties read(ClassLoader loader) {
    Properties properties = new Properties();
    URL url = loader.getResource(RESOURCE);
    if (url != null) {
      try {
        URLConnection connection = url.openConnection();
        // A cached connection keeps the jar of an undeployed application open.
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
          properties.load(in);
        }
      } catch (IOException | IllegalArgumentException e) {
        System.getLogger(BuildInfo.class.getName())
            .log(System.Logger.Level.WARNING, "Cannot read {0}: {1}", url, e.toString());
      }
    }
    return properties;
  }

  private static @Nullable String value(
      Settings settings, Setting<String> setting, Properties resource, String key) {
    String set = settings.text(setting);
    if (set != null) {
      return set;
    }
    String value = resource.getProperty(key, "").trim();
    // A placeholder means that the build did not filter the resource.
    return value.isEmpty() || value.contains("${") ? null : value;
  }

  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.of(
        Snapshots.info(
            "build",
            "Version, revision and date of the application's build.",
            Labels.of(
                "version", label(version),
                "revision", label(revision),
                "build_date", label(date))));
  }

  private static String label(@Nullable String value) {
    return value == null ? "" : value;
  }
}
