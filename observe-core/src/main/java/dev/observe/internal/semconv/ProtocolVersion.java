/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.semconv;

/** The versions of HTTP, as {@code network.protocol.version} names them. */
public final class ProtocolVersion {
  private ProtocolVersion() {}

  /** Returns the version of a protocol such as {@code HTTP/1.1}; empty for any other. */
  public static String of(String protocol) {
    // Nearly every request: comparing is cheaper than hashing.
    if (protocol.equals("HTTP/1.1")) {
      return "1.1";
    }
    return switch (protocol) {
      case "HTTP/2.0", "HTTP/2" -> "2";
      case "HTTP/1.0" -> "1.0";
      case "HTTP/3.0", "HTTP/3" -> "3";
      default -> "";
    };
  }
}
