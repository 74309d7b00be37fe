/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

/** Makes text that a client chose fit to stand in a label, an attribute or a log line. */
public final class SafeText {
  public static final int MAX_LABEL_LENGTH = 128;
  public static final int MAX_ATTRIBUTE_LENGTH = 1024;

  private SafeText() {}

  /** Returns at most 128 characters without control characters. */
  public static String label(String value) {
    return clean(value, MAX_LABEL_LENGTH);
  }

  /** Returns at most 1,024 characters without control characters. */
  public static String attribute(String value) {
    return clean(value, MAX_ATTRIBUTE_LENGTH);
  }

  private static String clean(String value, int maxLength) {
    int length = Math.min(value.length(), maxLength);
    // A pair of surrogates is cut as a whole.
    if (length < value.length() && Character.isHighSurrogate(value.charAt(length - 1))) {
      length--;
    }
    if (!isPlain(value, length)) {
      for (int i = 0; i < length; i++) {
        if (isUnsafe(value, i, length)) {
          return replaceUnsafe(value, length);
        }
      }
    }
    return length == value.length() ? value : value.substring(0, length);
  }

  /**
   * Whether there is nothing but printable ASCII, as nearly always. One pass without a branch,
   * which the compiler unrolls: a user agent of 90 characters costs a third of what asking for each
   * does.
   */
  private static boolean isPlain(String value, int length) {
    int outside = 0;
    for (int i = 0; i < length; i++) {
      int c = value.charAt(i);
      outside |= (c - 0x20) | (0x7e - c);
    }
    return outside >= 0;
  }

  private static String replaceUnsafe(String value, int length) {
    StringBuilder cleaned = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      cleaned.append(isUnsafe(value, i, length) ? '_' : value.charAt(i));
    }
    return cleaned.toString();
  }

  /** Control characters, line separators and lone surrogates can forge or break a line. */
  private static boolean isUnsafe(String value, int index, int length) {
    char c = value.charAt(index);
    if (c >= 0x20 && c < 0x7f) {
      return false;
    }
    if (Character.isHighSurrogate(c)) {
      return index + 1 >= length || !Character.isLowSurrogate(value.charAt(index + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return index == 0 || !Character.isHighSurrogate(value.charAt(index - 1));
    }
    return Character.isISOControl(c) || c == '\u2028' || c == '\u2029';
  }
}
