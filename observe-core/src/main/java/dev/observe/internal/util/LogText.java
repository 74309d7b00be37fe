/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.util;

import org.jspecify.annotations.Nullable;

/** Makes text from outside fit for one log line. */
public final class LogText {
  private static final int MAX_CHARS = 200;

  private LogText() {}

  /** Cuts {@code text} and replaces control characters, so that nobody can forge a log line. */
  public static String oneLine(@Nullable String text) {
    return text == null ? "" : oneLine(text, MAX_CHARS);
  }

  /** As {@link #oneLine(String)}, with a limit of the caller's. */
  public static String oneLine(String text, int maxChars) {
    int length = Math.min(text.length(), maxChars);
    StringBuilder line = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      boolean safe = !Character.isISOControl(c) && c != '\u2028' && c != '\u2029';
      line.append(safe ? c : ' ');
    }
    return line.toString().strip();
  }

  /** Returns the type and the message of {@code failure}, never its stack trace. */
  public static String describe(Throwable failure) {
    String message = oneLine(failure.getMessage());
    String type = failure.getClass().getSimpleName();
    return message.isEmpty() ? type : type + ": " + message;
  }
}
