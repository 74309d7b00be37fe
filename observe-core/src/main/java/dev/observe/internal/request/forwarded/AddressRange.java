/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.forwarded;

import dev.observe.internal.config.SettingValue;

/**
 * The addresses that begin with the same bits (RFC 4632, RFC 4291 section 2.3).
 *
 * @param high the upper half of the first address
 * @param low the lower half of the first address
 * @param highMask the bits of the upper half to compare
 * @param lowMask the bits of the lower half to compare
 */
record AddressRange(long high, long low, long highMask, long lowMask) {
  private static final int BITS = 128;
  private static final int IPV4_BITS = 32;

  /**
   * Reads an address or a CIDR range.
   *
   * @param setting the source of the text, for the exception
   */
  static AddressRange parse(String text, SettingValue setting) {
    int slash = text.indexOf('/');
    int end = slash < 0 ? text.length() : slash;
    if (!IpLiteral.isAddress(text, 0, end)) {
      throw error(
          setting,
          text
              + " is not one of them; write 192.0.2.7, 10.0.0.0/8, 2001:db8::/32, loopback or private"
              + " (names are not looked up)");
    }
    boolean ipv6 = IpLiteral.isIpv6(text, 0, end);
    int bits = slash < 0 ? BITS : prefix(text, slash + 1, ipv6, setting);
    AddressRange range =
        new AddressRange(
            IpLiteral.high(text, 0, end),
            IpLiteral.low(text, 0, end),
            leadingOnes(bits),
            leadingOnes(bits - Long.SIZE));
    if ((range.high & ~range.highMask) != 0 || (range.low & ~range.lowMask) != 0) {
      throw error(
          setting,
          text
              + " has bits set after its prefix; write the first address of the range, or a"
              + " single address without a prefix");
    }
    return range;
  }

  /** Returns the number of bits to compare, of 128. */
  private static int prefix(String text, int from, boolean ipv6, SettingValue setting) {
    int max = ipv6 ? BITS : IPV4_BITS;
    int digits = text.length() - from;
    int length = -1;
    if (digits >= 1 && digits <= 3) {
      length = 0;
      for (int i = from; i < text.length(); i++) {
        int digit = text.charAt(i) - '0';
        length = digit < 0 || digit > 9 ? BITS + 1 : length * 10 + digit;
      }
    }
    if (length < 0 || length > max) {
      throw error(setting, text + " has no prefix length from 0 to " + max);
    }
    return BITS - max + length;
  }

  private static IllegalArgumentException error(SettingValue setting, String fix) {
    return setting.error("must be IP addresses or CIDR ranges with commas between them", fix);
  }

  private static long leadingOnes(int count) {
    return count <= 0 ? 0 : count >= Long.SIZE ? -1 : -1L << (Long.SIZE - count);
  }

  /** A range of all IPv6 addresses does not contain the IPv4 addresses. */
  private boolean isIpv4() {
    return IpLiteral.isIpv4(high, low) && lowMask >>> Integer.SIZE == 0xffff_ffffL;
  }

  boolean contains(long otherHigh, long otherLow) {
    return ((high ^ otherHigh) & highMask) == 0
        && ((low ^ otherLow) & lowMask) == 0
        && isIpv4() == IpLiteral.isIpv4(otherHigh, otherLow);
  }
}
