/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import java.net.URI;

/** Reads parts of http and https URLs; never the user info, which may hold a password. */
public final class Urls {
  private Urls() {}

  /** Returns the host, without the brackets of an IPv6 address. */
  public static String host(URI url) {
    String host = String.valueOf(url.getHost());
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** Returns the port, or the default port of the scheme. */
  public static int port(URI url) {
    return url.getPort() >= 0 ? url.getPort() : isHttps(url) ? 443 : 80;
  }

  public static boolean isHttps(URI url) {
    return "https".equals(url.getScheme());
  }

  /** Returns scheme, host and port, as the URL has them. */
  public static String base(URI url) {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    return url.getScheme() + "://" + url.getHost() + port;
  }
}
