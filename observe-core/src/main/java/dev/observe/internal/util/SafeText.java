/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import org.jspecify.annotations.Nullable;

/** Makes text from outside safe to use in a label, an attribute or a log line. */
public final class SafeText {
  private static final int MAX_ATTRIBUTE_LENGTH = 1024;
  private static final int MAX_LABEL_LENGTH = 128;
  private static final int MAX_LOG_LENGTH = 200;

  private SafeText() {}

  /** Returns at most 128 characters, with control characters replaced by {@code _}. */
  public static String label(String value) {
    return clean(value, MAX_LABEL_LENGTH, '_');
  }

  /** Returns at most 1,024 characters, with control characters replaced by {@code _}. */
  public static String attribute(String value) {
    return clean(value, MAX_ATTRIBUTE_LENGTH, '_');
  }

  /** Returns at most 200 characters, with control characters replaced by spaces. */
  public static String oneLine(@Nullable String value) {
    return value == null ? "" : oneLine(value, MAX_LOG_LENGTH);
  }

  /** Returns at most {@code maxLength} characters, with control characters replaced by spaces. */
  public static String oneLine(String value, int maxLength) {
    return clean(value, maxLength, ' ').strip();
  }

  /** Returns the type and the message of a failure in one line, without the stack trace. */
  public static String describe(Throwable failure) {
    String message = oneLine(failure.getMessage());
    String type = failure.getClass().getSimpleName();
    return message.isEmpty() ? type : type + ": " + message;
  }

  private static String clean(String value, int maxLength, char replacement) {
    int length = Math.min(value.length(), maxLength);
    // A surrogate pair at the cut is dropped as a whole.
    if (length < value.length() && Character.isHighSurrogate(value.charAt(length - 1))) {
      length--;
    }
    if (!isPlain(value, length)) {
      for (int i = 0; i < length; i++) {
        if (isUnsafe(value, i, length)) {
          return replaceUnsafe(value, length, replacement);
        }
      }
    }
    return length == value.length() ? value : value.substring(0, length);
  }

  /**
   * Returns whether all characters are printable ASCII, as nearly always. The loop has no branch,
   * so the compiler unrolls it: a user agent of 90 characters costs a third of a check for each.
   */
  private static boolean isPlain(String value, int length) {
    int outside = 0;
    for (int i = 0; i < length; i++) {
      int c = value.charAt(i);
      outside |= (c - 0x20) | (0x7e - c);
    }
    return outside >= 0;
  }

  private static String replaceUnsafe(String value, int length, char replacement) {
    StringBuilder cleaned = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      cleaned.append(isUnsafe(value, i, length) ? replacement : value.charAt(i));
    }
    return cleaned.toString();
  }

  /** Control characters, line separators and lone surrogates can forge or break a line. */
  private static boolean isUnsafe(String value, int index, int length) {
    char c = value.charAt(index);
    if (c >= 0x20 && c < 0x7f) {
      return false;
    }
    return Character.isISOControl(c)
        || c == '\u2028'
        || c == '\u2029'
        || isLoneSurrogate(value, index, length);
  }

  /** Returns whether half of a surrogate pair is there without the other half. */
  public static boolean isLoneSurrogate(String value, int index, int length) {
    char c = value.charAt(index);
    return Character.isHighSurrogate(c)
        ? index + 1 >= length || !Character.isLowSurrogate(value.charAt(index + 1))
        : Character.isLowSurrogate(c)
            && (index == 0 || !Character.isHighSurrogate(value.charAt(index - 1)));
  }
}
