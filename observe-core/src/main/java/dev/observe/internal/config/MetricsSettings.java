/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.config;

import java.util.ArrayList;
import java.util.List;

/** The rules of the settings that decide where metrics are served and pushed. */
public final class MetricsSettings {
  /** The property of the address that the endpoint binds. */
  public static final String HOST = "otel.exporter.prometheus.host";

  /** The property of the port that the endpoint binds. */
  public static final String PORT = "otel.exporter.prometheus.port";

  /** Where metrics go beside the page: names with commas between them, or {@code none}. */
  public static final String EXPORTER = "otel.metrics.exporter";

  /** By which names the JVM's figures go. */
  public static final String JVM = "observe.metrics.jvm";

  /** By which names, beside {@code localhost}, the page may be asked for on loopback. */
  public static final String ALLOWED_HOSTS = "observe.metrics.allowed-hosts";

  /** The user who may read the page; goes with {@link #PASSWORD}. */
  public static final String USER = "observe.metrics.user";

  /** The password of {@link #USER}. */
  public static final String PASSWORD = "observe.metrics.password";

  /** The token whose bearer may read the page. */
  public static final String BEARER_TOKEN = "observe.metrics.bearer-token";

  /** The PEM file of the endpoint's certificate; goes with {@link #TLS_KEY}. */
  public static final String TLS_CERTIFICATE = "observe.metrics.tls.certificate";

  /** The PEM file of the certificate's private key. */
  public static final String TLS_KEY = "observe.metrics.tls.key";

  /** A key store in the place of the two PEM files; goes with {@link #TLS_KEY_STORE_PASSWORD}. */
  public static final String TLS_KEY_STORE = "observe.metrics.tls.key-store";

  /** The password of {@link #TLS_KEY_STORE}. */
  public static final String TLS_KEY_STORE_PASSWORD = "observe.metrics.tls.key-store-password";

  /** The address that the endpoint binds by default. */
  public static final String DEFAULT_HOST = "127.0.0.1";

  /** The port that the endpoint binds by default. */
  public static final int DEFAULT_PORT = 2112;

  private MetricsSettings() {}

  /** Returns the exporters that push: {@code prometheus} is the page, which is there anyway. */
  public static String pushExporters(Settings settings) {
    List<String> names = new ArrayList<>(settings.list(EXPORTER, List.of()));
    names.removeIf(name -> name.equals("prometheus") || name.equals("none"));
    return names.isEmpty() ? "none" : String.join(",", names);
  }
}
