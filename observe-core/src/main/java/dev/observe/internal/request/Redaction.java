/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Replaces secrets in the URLs of spans; the key stays visible. */
public final class Redaction {
  public static final String REDACTED = "REDACTED";

  /** The bit that distinguishes lower and upper case in ASCII. */
  private static final int CASE_BIT = 0x20;

  private static final int ASCII = 0x7f;

  /**
   * The seven keys of the semantic conventions 1.44.0 ({@code url.query}), then keys that users of
   * other libraries found in their traces. Compared decoded and without regard to case: hiding a
   * harmless value costs nothing.
   */
  static final List<String> DEFAULT_KEYS =
      List.of(
          "X-Amz-Signature",
          "X-Amz-Credential",
          "X-Amz-Security-Token",
          "AWSAccessKeyId",
          "Signature",
          "sig",
          "X-Goog-Signature",
          "token",
          "password",
          "secret",
          "api_key",
          "access_token",
          "code");

  /** The keys by length, so that most parameters need one comparison of lengths. */
  private final String[][] keysByLength;

  private Redaction(List<String> keys) {
    int longest = 0;
    for (String key : keys) {
      longest = Math.max(longest, key.length());
    }
    keysByLength = new String[longest + 1][0];
    for (String key : keys) {
      String[] before = keysByLength[key.length()];
      String[] with = Arrays.copyOf(before, before.length + 1);
      with[before.length] = key;
      keysByLength[key.length()] = with;
    }
  }

  /** Returns the redaction of the configured keys. */
  public static Redaction from(Settings settings) {
    return new Redaction(
        Objects.requireNonNullElse(settings.optional(Setting.REDACTED_QUERY_KEYS), DEFAULT_KEYS));
  }

  /** Returns the query with the values of secret keys replaced, or the same string without any. */
  public String query(String query) {
    StringBuilder cleaned = null;
    int copied = 0;
    int start = 0;
    int equals = -1;
    boolean encoded = false;
    int length = query.length();
    // One pass, because every request with a query is scanned.
    for (int i = 0; i <= length; i++) {
      char c = i == length ? '&' : query.charAt(i);
      if (c == '&' || c == ';') {
        if (equals >= 0 && equals < i - 1 && isSecret(query, start, equals, encoded)) {
          if (cleaned == null) {
            cleaned = new StringBuilder(length);
          }
          cleaned.append(query, copied, equals + 1).append(REDACTED);
          copied = i;
        }
        start = i + 1;
        equals = -1;
        encoded = false;
      } else if (equals < 0) {
        if (c == '=') {
          equals = i;
        } else if (c == '%' || c == '+') {
          encoded = true;
        }
      }
    }
    return cleaned == null ? query : cleaned.append(query, copied, length).toString();
  }

  /** Returns the path with the values of path parameters replaced, such as a session id. */
  public String path(String path) {
    int semicolon = path.indexOf(';');
    if (semicolon < 0) {
      return path;
    }
    StringBuilder cleaned = new StringBuilder(path.length());
    int copied = 0;
    while (semicolon >= 0) {
      int end = path.indexOf('/', semicolon);
      end = end < 0 ? path.length() : end;
      int equals = indexOf(path, '=', semicolon, end);
      int keep = equals >= 0 ? equals + 1 : end;
      cleaned.append(path, copied, keep);
      if (keep < end) {
        cleaned.append(REDACTED);
      }
      copied = end;
      semicolon = path.indexOf(';', end);
    }
    return cleaned.append(path, copied, path.length()).toString();
  }

  /** Searches up to {@code to} only, so that a path of many parameters takes linear time. */
  private static int indexOf(String text, char wanted, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) == wanted) {
        return i;
      }
    }
    return -1;
  }

  private boolean isSecret(String query, int start, int end, boolean encoded) {
    return encoded
        ? isSecretOnceDecoded(query.substring(start, end))
        : isKey(query, start, end - start);
  }

  private boolean isSecretOnceDecoded(String encoded) {
    try {
      String key = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
      return isKey(key, 0, key.length());
    } catch (IllegalArgumentException e) {
      // The meaning of a malformed key is unknown.
      return true;
    }
  }

  private boolean isKey(String text, int start, int length) {
    if (length >= keysByLength.length) {
      return false;
    }
    // Keys of equal length seldom have the same first letter: a cheap test before the comparison.
    int first = length == 0 ? 0 : text.charAt(start) | CASE_BIT;
    for (String key : keysByLength[length]) {
      int keyFirst = length == 0 ? 0 : key.charAt(0) | CASE_BIT;
      boolean mayMatch = keyFirst == first || keyFirst > ASCII || first > ASCII;
      if (mayMatch && text.regionMatches(true, start, key, 0, length)) {
        return true;
      }
    }
    return false;
  }
}
