/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.forwarded;

/**
 * Reads IP addresses from text, without DNS and without allocation.
 *
 * <p>An address is 128 bits in two halves; an IPv4 address has its IPv6 form {@code ::ffff:a.b.c.d}
 * (RFC 4291 section 2.5.5.2), so both notations are equal.
 */
public final class IpLiteral {
  /** The bits before the 32 bits of an IPv4 address, in the lower half. */
  private static final long MAPPED = 0xffff_0000_0000L;

  private static final int GROUPS = 8;

  private IpLiteral() {}

  /** Returns whether the text is an address of either kind, without brackets, zone or port. */
  public static boolean isAddress(String text, int from, int to) {
    return ipv4(text, from, to) >= 0 || isIpv6(text, from, to);
  }

  static boolean isIpv6(String text, int from, int to) {
    return groups(text, from, to) >= 0;
  }

  /** Returns the upper 64 bits of a text that is an address. */
  static long high(String text, int from, int to) {
    return ipv4(text, from, to) >= 0 ? 0 : half(text, from, to, true);
  }

  /** Returns the lower 64 bits of a text that is an address. */
  static long low(String text, int from, int to) {
    long ipv4 = ipv4(text, from, to);
    return ipv4 >= 0 ? MAPPED | ipv4 : half(text, from, to, false);
  }

  /** Returns whether the halves are those of an IPv4 address. */
  static boolean isIpv4(long high, long low) {
    return high == 0 && (low & ~0xffff_ffffL) == MAPPED;
  }

  /**
   * Returns the 32 bits of four decimal numbers, or -1. A leading zero is not valid: some parsers
   * read such a number as octal (RFC 6943 section 3.1.1).
   */
  private static long ipv4(String text, int from, int to) {
    if (to - from > 15) {
      return -1;
    }
    long bits = 0;
    int numbers = 0;
    int position = from;
    while (numbers < 4) {
      int start = position;
      int number = 0;
      while (position < to && isDigit(text.charAt(position))) {
        number = number * 10 + text.charAt(position) - '0';
        position++;
      }
      int digits = position - start;
      if (digits == 0 || digits > 3 || number > 255 || (digits > 1 && text.charAt(start) == '0')) {
        return -1;
      }
      bits = bits << 8 | number;
      numbers++;
      if (numbers < 4) {
        if (position == to || text.charAt(position) != '.') {
          return -1;
        }
        position++;
      }
    }
    return position == to ? bits : -1;
  }

  /** Returns the number of explicit 16-bit groups, or -1 if the text is not an IPv6 address. */
  private static int groups(String text, int from, int to) {
    int groups = 0;
    boolean gap = false;
    int position = from;
    while (position < to) {
      if (text.charAt(position) == ':') {
        // The second of two colons, or the first at the start of the text.
        boolean first = position == from;
        if (gap || (first && (to - from < 2 || text.charAt(from + 1) != ':'))) {
          return -1;
        }
        gap = true;
        position += first ? 2 : 1;
        continue;
      }
      int end = endOfHex(text, position, to);
      if (end < to && text.charAt(end) == '.') {
        if (ipv4(text, position, to) < 0) {
          return -1;
        }
        groups += 2;
        break;
      }
      if (end == position || end - position > 4) {
        return -1;
      }
      groups++;
      boolean last = end == to;
      // A single colon must not end the text.
      if (!last && (text.charAt(end) != ':' || end + 1 == to)) {
        return -1;
      }
      position = end + 1;
    }
    boolean complete = gap ? groups < GROUPS : groups == GROUPS;
    return complete ? groups : -1;
  }

  /** Returns one half of a text that is an IPv6 address. */
  private static long half(String text, int from, int to, boolean high) {
    int left = groups(text, from, to);
    int index = 0;
    long bits = 0;
    int position = from;
    while (position < to) {
      if (text.charAt(position) == ':') {
        // The groups after the gap are aligned to the end of the address.
        index = GROUPS - left;
        position += position == from ? 2 : 1;
        continue;
      }
      int end = endOfHex(text, position, to);
      if (end < to && text.charAt(end) == '.') {
        long ipv4 = ipv4(text, position, to);
        return high == index < GROUPS / 2 ? bits | ipv4 : bits;
      }
      if (high == index < GROUPS / 2) {
        long group = Integer.parseInt(text, position, end, 16);
        bits |= group << (48 - 16 * (index % 4));
      }
      index++;
      left--;
      position = end + 1;
    }
    return bits;
  }

  private static int endOfHex(String text, int from, int to) {
    int end = from;
    while (end < to && isHex(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isHex(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
