/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.util.SafeText;
import dev.observe.internal.util.SlotCache;

/**
 * Recently cleaned texts, such as the user agents of other services: many requests share them, so
 * they are scanned once and stored once in the queue.
 *
 * <p>Safe for use by any number of threads: a race costs a second scan.
 */
final class RecentTexts extends SlotCache<String> {
  RecentTexts() {
    super(16);
  }

  /** Returns the same text as {@link SafeText#attribute}. */
  String attribute(String value) {
    // By length, not by hash code: comparing with another text is cheaper than hashing this one.
    String known = get(value.length());
    if (known != null && known.equals(value)) {
      return known;
    }
    String clean = SafeText.attribute(value);
    put(value.length(), clean);
    return clean;
  }
}
