/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import java.util.List;

/** The schemes a request can have; anything else a client names counts as one. */
final class Scheme {
  static final String HTTP = "http";
  static final String HTTPS = "https";
  static final String OTHER = "_OTHER";
  static final List<String> ALL = List.of(HTTP, HTTPS, OTHER);

  private Scheme() {}

  static String canonical(String scheme) {
    return scheme.equals(HTTP) ? HTTP : scheme.equals(HTTPS) ? HTTPS : OTHER;
  }

  static int index(String canonical) {
    return canonical.equals(HTTP) ? 0 : canonical.equals(HTTPS) ? 1 : 2;
  }
}
