/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.forwarded;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.SettingValue;
import dev.observe.internal.config.Settings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses and address ranges of proxies whose forwarding headers are trusted.
 *
 * <p>Immutable and safe for use by any number of threads.
 */
public final class TrustedProxies {
  private static final List<String> LOOPBACK = List.of("127.0.0.0/8", "::1");
  private static final List<String> PRIVATE =
      List.of("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7");

  private final List<AddressRange> ranges;

  private TrustedProxies(List<AddressRange> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  /**
   * Returns the configured proxies, or null if there are none.
   *
   * @throws IllegalArgumentException if an entry is neither an address nor a range
   */
  public static @Nullable TrustedProxies from(Settings settings) {
    SettingValue setting = settings.find(Setting.TRUSTED_PROXIES);
    if (setting == null) {
      return null;
    }
    List<AddressRange> ranges = new ArrayList<>();
    for (String entry : settings.get(Setting.TRUSTED_PROXIES)) {
      for (String range : expand(entry)) {
        ranges.add(AddressRange.parse(range, setting));
      }
    }
    return ranges.isEmpty() ? null : new TrustedProxies(ranges);
  }

  private static List<String> expand(String entry) {
    return switch (entry) {
      case "loopback" -> LOOPBACK;
      case "private" -> PRIVATE;
      default -> List.of(entry);
    };
  }

  /**
   * Returns whether an address is a trusted proxy's, without allocation. Brackets and a zone, which
   * containers may add, are ignored; any other text is not trusted.
   */
  public boolean trusts(@Nullable String address) {
    if (address == null || address.isEmpty()) {
      return false;
    }
    int from = 0;
    int to = address.length();
    if (address.charAt(0) == '[' && address.charAt(to - 1) == ']') {
      from++;
      to--;
    }
    int zone = address.indexOf('%');
    if (zone >= 0) {
      to = Math.min(to, zone);
    }
    if (!IpLiteral.isAddress(address, from, to)) {
      return false;
    }
    long high = IpLiteral.high(address, from, to);
    long low = IpLiteral.low(address, from, to);
    // By index: an iterator would allocate for each request.
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.get(i).contains(high, low)) {
        return true;
      }
    }
    return false;
  }
}
