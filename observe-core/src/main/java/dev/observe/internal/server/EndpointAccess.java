/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may read the metrics endpoint and by which protocol, as the settings have it.
 *
 * <p>A half of a pair is refused: an endpoint that is open because a password was forgotten looks
 * the same as one that is closed.
 */
public final class EndpointAccess {
  private static final String TOKEN = "[A-Za-z0-9._~+/=-]+";

  private final String[] hosts;
  private final @Nullable Pair basic;
  private final @Nullable SettingValue token;
  private final @Nullable Pair pem;
  private final @Nullable Pair keyStore;

  /** Two settings of which neither means anything without the other. */
  private record Pair(SettingValue first, SettingValue second) {}

  private EndpointAccess(
      String[] hosts,
      @Nullable Pair basic,
      @Nullable SettingValue token,
      @Nullable Pair pem,
      @Nullable Pair keyStore) {
    this.hosts = hosts;
    this.basic = basic;
    this.token = token;
    this.pem = pem;
    this.keyStore = keyStore;
  }

  /**
   * Reads the settings; the files they name are read by {@link #applyTo}.
   *
   * @throws IllegalArgumentException if a setting is not valid, or lacks the one it goes with
   */
  public static EndpointAccess read(Settings settings) {
    Pair basic = pair(settings, Setting.USER, Setting.PASSWORD);
    if (basic != null && basic.first.value().indexOf(':') >= 0) {
      throw basic.first.error(
          "must not contain a colon", "basic authentication ends the user's name with one");
    }
    SettingValue token = settings.find(Setting.BEARER_TOKEN);
    if (token != null && !token.value().matches(TOKEN)) {
      throw token.error(
          "must be letters, digits and - . _ ~ + / =", "for example of: openssl rand -hex 32");
    }
    Pair pem = pair(settings, Setting.TLS_CERTIFICATE, Setting.TLS_KEY);
    Pair keyStore = pair(settings, Setting.TLS_KEY_STORE, Setting.TLS_KEY_STORE_PASSWORD);
    if (pem != null && keyStore != null) {
      throw keyStore.first.error(
          "must not be set beside " + Setting.TLS_CERTIFICATE.name(), "keep one of the two");
    }
    return new EndpointAccess(hosts(settings), basic, token, pem, keyStore);
  }

  private static String[] hosts(Settings settings) {
    SettingValue hosts = settings.find(Setting.ALLOWED_HOSTS);
    if (hosts == null) {
      return new String[0];
    }
    List<String> names = settings.get(Setting.ALLOWED_HOSTS);
    if (names.stream().anyMatch(name -> !name.matches("\\*|[^\\s:/]+"))) {
      throw hosts.error("must be host names without a port, or *", "for example metrics.example");
    }
    return names.toArray(new String[0]);
  }

  private static @Nullable Pair pair(
      Settings settings, Setting<String> first, Setting<String> second) {
    SettingValue one = settings.find(first);
    SettingValue other = settings.find(second);
    if (one == null) {
      if (other == null) {
        return null;
      }
      throw other.error("must come with " + first.name(), "set both or neither");
    }
    if (other == null) {
      throw one.error("must come with " + second.name(), "set both or neither");
    }
    return new Pair(one, other);
  }

  /**
   * Hands on what is set, and nothing else.
   *
   * @throws IllegalArgumentException if a file cannot be read or used
   */
  public MetricsEndpointBuilder applyTo(MetricsEndpointBuilder builder) {
    builder.allowedHosts(hosts);
    if (basic != null) {
      builder.basicAuthentication(basic.first.value(), basic.second.value());
    }
    if (token != null) {
      builder.bearerToken(token.value());
    }
    if (pem != null) {
      SettingValue certificate = pem.first;
      SettingValue key = pem.second;
      try {
        builder.tlsPem(Path.of(certificate.value()), Path.of(key.value()));
      } catch (IllegalArgumentException e) {
        throw certificate.error("must be usable for TLS with " + key.property(), fix(e));
      }
    }
    if (keyStore != null) {
      SettingValue store = keyStore.first;
      try {
        builder.tlsKeyStore(Path.of(store.value()), keyStore.second.value());
      } catch (IllegalArgumentException e) {
        throw store.error("must be usable for TLS", fix(e));
      }
    }
    return builder;
  }

  /** What the endpoint says of a file names the file, what is wrong with it and how to mend it. */
  private static String fix(IllegalArgumentException e) {
    return String.valueOf(e.getMessage());
  }
}
