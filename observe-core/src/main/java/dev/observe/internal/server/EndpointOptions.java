/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * @param access the settings that decide who can read the pages, secrets as digests; two endpoints
 *     with equal maps protect their pages equally
 */
public record EndpointOptions(
    String host,
    InetAddress address,
    int port,
    Credentials credentials,
    AllowedHosts allowedHosts,
    @Nullable Supplier<SSLContext> tls,
    Map<String, String> access) {
  private static final String TOKEN = "[A-Za-z0-9._~+/=-]+";

  /** Two settings that are valid only together. */
  private record Pair(SettingValue first, SettingValue second) {}

  /**
   * Reads and validates the settings of the endpoint.
   *
   * @throws IllegalArgumentException if a setting is not valid, or requires another one that is not
   *     set
   */
  public static EndpointOptions of(Settings settings) {
    String host = Objects.requireNonNull(settings.text(Setting.ENDPOINT_HOST));
    InetAddress address = settings.get(Setting.ENDPOINT_HOST);
    Credentials credentials = credentials(settings);
    boolean open = address.isLoopbackAddress() && !credentials.required();
    AllowedHosts allowedHosts = AllowedHosts.of(host, open, allowedHosts(settings));
    Map<String, String> access = new HashMap<>();
    access.put(Setting.ENDPOINT_HOST.name(), address.getHostAddress());
    access.put(Setting.USER.name() + " with its password", credentials.basicDigest());
    access.put(Setting.BEARER_TOKEN.name(), credentials.bearerDigest());
    access.put(Setting.ALLOWED_HOSTS.name(), allowedHosts.toString());
    for (Setting<String> file :
        List.of(Setting.TLS_CERTIFICATE, Setting.TLS_KEY, Setting.TLS_KEY_STORE)) {
      String path = settings.text(file);
      access.put(file.name(), path == null ? "" : Path.of(path).toAbsolutePath().toString());
    }
    return new EndpointOptions(
        host,
        address,
        settings.get(Setting.ENDPOINT_PORT).intValue(),
        credentials,
        allowedHosts,
        tls(settings),
        Map.copyOf(access));
  }

  /** Returns whether requests need a user and password, or a token, of the settings. */
  public boolean requiresCredentials() {
    return credentials.required();
  }

  /** Returns whether a request has the credentials of the settings, or none are required. */
  public boolean allowsCredentials(PrometheusHttpRequest request) {
    return credentials.allow(request);
  }

  /** Returns the challenges of a response with status 401. */
  public String challenges() {
    return String.join(", ", credentials.challenges());
  }

  /** Returns whether the {@code Host} of a request is accepted. */
  public boolean allowsHost(PrometheusHttpRequest request) {
    return allowedHosts.allow(request);
  }

  /** Returns the address of a page. */
  URI uri(int boundPort, String path) {
    return URI.create((tls == null ? "http" : "https") + "://" + authority(boundPort) + path);
  }

  String authority(int boundPort) {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + boundPort;
  }

  private static Credentials credentials(Settings settings) {
    Pair basic = pair(settings, Setting.USER, Setting.PASSWORD);
    if (basic != null && basic.first.value().indexOf(':') >= 0) {
      throw basic.first.error(
          "must not contain a colon", "basic authentication ends the user's name with one");
    }
    SettingValue token = settings.find(Setting.BEARER_TOKEN);
    // RFC 6750 2.1.
    if (token != null && !token.value().matches(TOKEN)) {
      throw token.error(
          "must be letters, digits and - . _ ~ + / =",
          "for example the output of: openssl rand -hex 32");
    }
    return new Credentials(
        basic == null ? null : basic.first.value() + ":" + basic.second.value(),
        token == null ? null : token.value());
  }

  private static List<String> allowedHosts(Settings settings) {
    List<String> names = settings.get(Setting.ALLOWED_HOSTS);
    SettingValue hosts = settings.find(Setting.ALLOWED_HOSTS);
    if (hosts != null && names.stream().anyMatch(name -> !name.matches("\\*|[^\\s:/]+"))) {
      throw hosts.error("must be host names without a port, or *", "for example metrics.example");
    }
    return names;
  }

  private static @Nullable Supplier<SSLContext> tls(Settings settings) {
    Pair pem = pair(settings, Setting.TLS_CERTIFICATE, Setting.TLS_KEY);
    Pair keyStore = pair(settings, Setting.TLS_KEY_STORE, Setting.TLS_KEY_STORE_PASSWORD);
    if (pem == null && keyStore == null) {
      return null;
    }
    if (keyStore == null) {
      return () -> pem(Objects.requireNonNull(pem));
    }
    if (pem != null) {
      throw keyStore.first.error(
          "must not be set together with " + Setting.TLS_CERTIFICATE.name(), "keep one of the two");
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
  private static @Nullable Pair pair(
      Settings settings, Setting<String> first, Setting<String> second) {
    SettingValue one = settings.find(first);
    SettingValue other = settings.find(second);
    if (one == null && other == null) {
      return null;
    }
    if (one == null) {
      throw Objects.requireNonNull(other)
          .error("must come with " + first.name(), "set both or neither");
    }
    if (other == null) {
      throw one.error("must come with " + second.name(), "set both or neither");
    }
    return new Pair(one, other);
  }
}
