/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What the application's build stamped it with, as the metric {@code build_info}.
 *
 * <p>From the settings {@code observe.build.*}, else from the resource {@value #RESOURCE} on the
 * class path.
 *
 * @param version null if nobody said
 * @param date when it was built, null if nobody said
 * @param revision of the sources, null if nobody said
 */
public record BuildInfo(@Nullable String version, @Nullable String date, @Nullable String revision)
    implements MultiCollector {
  static final String RESOURCE = "META-INF/observe-build.properties";

  /**
   * Finds what there is to find.
   *
   * @param loader of the application, such as the context class loader; null for the JVM's
   */
  public static BuildInfo find(Settings settings, @Nullable ClassLoader loader) {
    Properties stamped = read(loader == null ? ClassLoader.getSystemClassLoader() : loader);
    return new BuildInfo(
        said(settings, Setting.BUILD_VERSION, stamped, "version"),
        said(settings, Setting.BUILD_DATE, stamped, "date"),
        said(settings, Setting.BUILD_REVISION, stamped, "revision"));
  }

  private static Properties read(ClassLoader loader) {
    Properties properties = new Properties();
    URL resource = loader.getResource(RESOURCE);
    if (resource != null) {
      try {
        URLConnection connection = resource.openConnection();
        // A cached jar would be kept open, and a redeployed application's file with it.
        connection.setUseCaches(false);
        try (InputStream in = connection.getInputStream()) {
          properties.load(in);
        }
      } catch (IOException | IllegalArgumentException e) {
        System.getLogger(BuildInfo.class.getName())
            .log(System.Logger.Level.WARNING, "Cannot read {0}: {1}", resource, e.toString());
      }
    }
    return properties;
  }

  private static @Nullable String said(
      Settings settings, Setting<String> setting, Properties stamped, String key) {
    String set = settings.text(setting);
    if (set != null) {
      return set;
    }
    String value = stamped.getProperty(key, "").trim();
    // With a placeholder in it, the build did not filter the resource.
    return value.isEmpty() || value.contains("${") ? null : value;
  }

  @Override
  public MetricSnapshots collect() {
    return MetricSnapshots.of(
        InfoSnapshot.builder()
            .name("build")
            .help("What the application's build stamped it with.")
            .dataPoint(
                InfoDataPointSnapshot.builder()
                    .labels(
                        Labels.of(
                            "version", label(version),
                            "revision", label(revision),
                            "build_date", label(date)))
                    .build())
            .build());
  }

  private static String label(@Nullable String value) {
    return value == null ? "" : value;
  }
}
