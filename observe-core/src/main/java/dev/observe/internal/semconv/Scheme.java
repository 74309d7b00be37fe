/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.semconv;

import java.util.List;

/** The schemes of a request; all others count as {@value #OTHER}. */
public final class Scheme {
  public static final String HTTP = "http";
  public static final String HTTPS = "https";
  public static final String OTHER = "_OTHER";
  public static final List<String> ALL = List.of(HTTP, HTTPS, OTHER);

  private Scheme() {}

  public static String canonical(String scheme) {
    return scheme.equals(HTTP) ? HTTP : scheme.equals(HTTPS) ? HTTPS : OTHER;
  }

  public static int index(String canonical) {
    return canonical.equals(HTTP) ? 0 : canonical.equals(HTTPS) ? 1 : 2;
  }
}
