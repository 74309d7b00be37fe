/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.config.MetricsSettings;
import dev.observe.internal.config.Settings;
import dev.observe.internal.config.Settings.Setting;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The validated options of a metrics endpoint.
 *
 * @param host the name or address as configured
 * @param address the address of {@code host}, which is bound
 * @param port the port to bind; 0 means any free one
 * @param credentials the accepted credentials
 * @param allowedHosts the accepted {@code Host} headers
 * @param tls reads the TLS files when the endpoint starts; null for HTTP without TLS
 */
public record EndpointOptions(
    String host,
    InetAddress address,
    int port,
    Credentials credentials,
    AllowedHosts allowedHosts,
    @Nullable Supplier<SSLContext> tls) {
  private static final String TOKEN = "[A-Za-z0-9._~+/=-]+";

  /** Two settings that are valid only together. */
  private record Pair(Setting first, Setting second) {}

  /**
   * Reads and validates the settings of the endpoint.
   *
   * @throws IllegalArgumentException if a setting is not valid, or requires another one that is not
   *     set
   */
  public static EndpointOptions of(Settings settings) {
    Setting host =
        Objects.requireNonNullElseGet(
            settings.find(MetricsSettings.HOST),
            () -> new Setting(MetricsSettings.HOST, MetricsSettings.DEFAULT_HOST, "default"));
    InetAddress address = address(host);
    Credentials credentials = credentials(settings);
    boolean open = address.isLoopbackAddress() && !credentials.required();
    return new EndpointOptions(
        host.value(),
        address,
        settings.integer(MetricsSettings.PORT, MetricsSettings.DEFAULT_PORT, 0, 65_535),
        credentials,
        AllowedHosts.of(host.value(), open, allowedHosts(settings)),
        tls(settings));
  }

  private static InetAddress address(Setting host) {
    if (!host.value().matches(".*[\\s/\\[\\]@?#].*")) {
      try {
        return InetAddress.getByName(host.value());
      } catch (UnknownHostException e) {
        // The error below names the rule.
      }
    }
    throw host.error(
        "must be a name or an address of this machine, without brackets",
        "the default is " + MetricsSettings.DEFAULT_HOST + "; 0.0.0.0 means all");
  }

  private static Credentials credentials(Settings settings) {
    Pair basic = pair(settings, MetricsSettings.USER, MetricsSettings.PASSWORD);
    if (basic != null && basic.first.value().indexOf(':') >= 0) {
      throw basic.first.error(
          "must not contain a colon", "basic authentication ends the user's name with one");
    }
    Setting token = settings.find(MetricsSettings.BEARER_TOKEN);
    // RFC 6750 2.1.
    if (token != null && !token.value().matches(TOKEN)) {
      throw token.error(
          "must be letters, digits and - . _ ~ + / =", "for example of: openssl rand -hex 32");
    }
    return new Credentials(
        basic == null ? null : basic.first.value() + ":" + basic.second.value(),
        token == null ? null : token.value());
  }

  private static List<String> allowedHosts(Settings settings) {
    List<String> names = settings.list(MetricsSettings.ALLOWED_HOSTS, List.of());
    Setting hosts = settings.find(MetricsSettings.ALLOWED_HOSTS);
    if (hosts != null && names.stream().anyMatch(name -> !name.matches("\\*|[^\\s:/]+"))) {
      throw hosts.error("must be host names without a port, or *", "for example metrics.example");
    }
    return names;
  }

  private static @Nullable Supplier<SSLContext> tls(Settings settings) {
    Pair pem = pair(settings, MetricsSettings.TLS_CERTIFICATE, MetricsSettings.TLS_KEY);
    Pair keyStore =
        pair(settings, MetricsSettings.TLS_KEY_STORE, MetricsSettings.TLS_KEY_STORE_PASSWORD);
    if (pem == null && keyStore == null) {
      return null;
    }
    if (keyStore == null) {
      return () -> pem(Objects.requireNonNull(pem));
    }
    if (pem != null) {
      throw keyStore.first.error(
          "must not be set together with " + MetricsSettings.TLS_CERTIFICATE,
          "keep one of the two");
    }
    return () -> keyStore(keyStore);
  }

  private static SSLContext pem(Pair pem) {
    try {
      return TlsFiles.pem(Path.of(pem.first.value()), Path.of(pem.second.value()));
    } catch (IllegalArgumentException e) {
      throw pem.first.error(
          "must be usable for TLS with " + pem.second.property(), String.valueOf(e.getMessage()));
    }
  }

  private static SSLContext keyStore(Pair keyStore) {
    try {
      return TlsFiles.keyStore(Path.of(keyStore.first.value()), keyStore.second.value());
    } catch (IllegalArgumentException e) {
      throw keyStore.first.error("must be usable for TLS", String.valueOf(e.getMessage()));
    }
  }

  /**
   * Returns two settings, or null if neither is set. One without the other is an error: without a
   * forgotten password the endpoint would be open.
   */
  private static @Nullable Pair pair(Settings settings, String first, String second) {
    Setting one = settings.find(first);
    Setting other = settings.find(second);
    if (one == null && other == null) {
      return null;
    }
    if (one == null) {
      throw Objects.requireNonNull(other).error("must come with " + first, "set both or neither");
    }
    if (other == null) {
      throw one.error("must come with " + second, "set both or neither");
    }
    return new Pair(one, other);
  }
}
