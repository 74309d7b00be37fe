/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.forwarded;

import dev.observe.internal.config.Settings;
import dev.observe.internal.config.Settings.Setting;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses and address ranges of proxies whose forwarding headers are trusted.
 *
 * <p>Immutable and safe for use by any number of threads.
 */
public final class TrustedProxies {
  /**
   * The trusted proxies: comma-separated IP addresses and CIDR ranges, and the words {@code
   * loopback} and {@code private} (RFC 1918 and RFC 4193). None by default.
   */
  public static final String SETTING = "observe.http.trusted-proxies";

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
    Setting setting = settings.find(SETTING);
    if (setting == null) {
      return null;
    }
    List<AddressRange> ranges = new ArrayList<>();
    for (String entry : settings.list(SETTING, List.of())) {
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
