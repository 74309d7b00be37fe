/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.util.SafeText;
import org.jspecify.annotations.Nullable;

/**
 * Remembers a few harmless texts that many requests share, such as the user agents of other
 * services, so that they need not be looked through again, nor kept twice in the queue.
 *
 * <p>Safe for use by any number of threads: a race costs a second look.
 */
final class RecentTexts {
  private static final int SLOTS = 16;

  private final @Nullable String[] texts = new @Nullable String[SLOTS];

  /** Returns what {@link SafeText#attribute} does. */
  String attribute(String value) {
    int slot = value.length() & (SLOTS - 1);
    String known = texts[slot];
    // By length, not by hash: comparing with the wrong one is cheaper than hashing.
    if (known != null && known.equals(value)) {
      return known;
    }
    String clean = SafeText.attribute(value);
    texts[slot] = clean;
    return clean;
  }
}
