/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link Discovery}.
 *
 * @param advertised the host, or host and port, of the target; null for the bound address
 * @param file the file to write, or null
 * @param fleet further targets at {@code /sd}
 */
public record DiscoverySettings(
    @Nullable String advertised, @Nullable Path file, List<String> fleet) {
  private static final Pattern TARGET =
      Pattern.compile("([A-Za-z0-9_.-]+|\\[[0-9A-Fa-f:.]+\\])(?::([0-9]{1,5}))?");

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException if one is not valid
   */
  public static DiscoverySettings of(Settings settings) {
    SettingValue address = settings.find(Setting.DISCOVERY_ADDRESS);
    if (address != null && !isTarget(address.value(), false)) {
      throw address.error("must be host or host:port", "put an IPv6 address into brackets");
    }
    SettingValue fleet = settings.find(Setting.DISCOVERY_FLEET);
    List<String> targets = settings.get(Setting.DISCOVERY_FLEET);
    for (String target : targets) {
      if (fleet != null && !isTarget(target, true)) {
        throw fleet.error(
            "must be host:port, or several separated by commas",
            "for example shop-1:2112,shop-2:2112");
      }
    }
    return new DiscoverySettings(
        address == null ? null : address.value(),
        file(settings.find(Setting.DISCOVERY_FILE)),
        targets);
  }

  private static @Nullable Path file(@Nullable SettingValue setting) {
    if (setting == null) {
      return null;
    }
    try {
      if (setting.value().endsWith(".json")) {
        return Path.of(setting.value());
      }
    } catch (InvalidPathException e) {
      // The error below names the rule.
    }
    throw setting.error(
        "must be a file whose name ends in .json",
        "Prometheus takes the format from the extension");
  }

  private static boolean isTarget(String text, boolean withPort) {
    Matcher matcher = TARGET.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    String port = matcher.group(2);
    return port == null ? !withPort : Integer.parseInt(port) <= 65_535;
  }

  /** Returns the advertised host and port, by default the bound ones. */
  String address(URI bound) {
    String host = bound.getHost();
    if (advertised != null) {
      Matcher matcher = TARGET.matcher(advertised);
      if (matcher.matches() && matcher.group(2) != null) {
        return advertised;
      }
      host = advertised;
    } else if (host.equals("0.0.0.0") || host.equals("[::]") || host.equals("[0:0:0:0:0:0:0:0]")) {
      // Another machine cannot connect to the wildcard address.
      host = Discovery.hostName();
    }
    return host + ":" + bound.getPort();
  }
}
