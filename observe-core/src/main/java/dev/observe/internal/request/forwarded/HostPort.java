/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.forwarded;

import org.jspecify.annotations.Nullable;

/**
 * The server's name and port from a {@code Host} header.
 *
 * @param header the value of the header
 * @param address the name or an IP literal without brackets; null if the header is not valid
 * @param port the port, boxed once and not for each request; null if the header has none
 */
public record HostPort(String header, @Nullable String address, @Nullable Long port) {
  /** Longer than any DNS name (RFC 1035: 253) with a port. */
  private static final int MAX_LENGTH = 260;

  /** Reads a header by RFC 9110 section 7.2; an invalid one has neither name nor port. */
  public static HostPort parse(String header) {
    HostPort invalid = new HostPort(header, null, null);
    if (header.isEmpty() || header.length() > MAX_LENGTH) {
      return invalid;
    }
    String address = header;
    String port = "";
    if (header.charAt(0) == '[') {
      int end = header.indexOf(']');
      if (end < 0) {
        return invalid;
      }
      if (!IpLiteral.isIpv6(header, 1, end)) {
        return invalid;
      }
      address = header.substring(1, end);
      String rest = header.substring(end + 1);
      if (!rest.isEmpty() && rest.charAt(0) != ':') {
        return invalid;
      }
      port = rest.isEmpty() ? "" : rest.substring(1);
    } else {
      int colon = header.indexOf(':');
      if (colon >= 0) {
        address = header.substring(0, colon);
        port = header.substring(colon + 1);
      }
      if (!isName(address)) {
        return invalid;
      }
    }
    if (port.isEmpty()) {
      return new HostPort(header, address, null);
    }
    Long number = port(port);
    return number == null ? invalid : new HostPort(header, address, number);
  }

  /** Returns a port from 1 to 65535, or null. */
  static @Nullable Long port(String text) {
    if (text.length() > 5) {
      return null;
    }
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      number = number * 10 + digit;
    }
    return number >= 1 && number <= 65535 ? Long.valueOf(number) : null;
  }

  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '-' && c != '_') {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
