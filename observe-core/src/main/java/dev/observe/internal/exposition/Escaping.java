/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import org.jspecify.annotations.Nullable;

/** The schemes by which a scraper may have names escaped that are not plain. */
enum Escaping {
  UNDERSCORES("underscores"),
  ALLOW_UTF8("allow-utf-8"),
  DOTS("dots"),
  VALUES("values");

  /** The scheme of a scraper that names none. */
  static final Escaping DEFAULT = UNDERSCORES;

  /** The value of the parameter {@code escaping} in an {@code Accept} header. */
  private final String headerValue;

  Escaping(String headerValue) {
    this.headerValue = headerValue;
  }

  /** Returns the scheme of a parameter; the default without one, or for one of a later version. */
  static Escaping of(@Nullable String headerValue) {
    for (Escaping scheme : values()) {
      if (scheme.headerValue.equals(headerValue)) {
        return scheme;
      }
    }
    return DEFAULT;
  }
}
