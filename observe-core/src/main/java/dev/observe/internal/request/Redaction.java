/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Takes secrets out of the URLs that spans carry; the key stays, so a reader sees it was there. */
public final class Redaction {
  public static final String REDACTED = "REDACTED";

  /** What tells a small letter of ASCII from a capital one. */
  private static final int CASE_BIT = 0x20;

  private static final int ASCII = 0x7f;

  /**
   * The seven keys of the semantic conventions 1.44.0 ({@code url.query}), then those that users of
   * the peers found in their traces. Compared without case and decoded: hiding one value too many
   * costs nothing.
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

  /** The keys by their length, so that most parameters of a query are passed over by one look. */
  private final String[][] keysByLength;

  private Redaction(List<String> keys) {
    int longest = keys.stream().mapToInt(String::length).max().orElse(0);
    keysByLength = new String[longest + 1][];
    for (int i = 0; i <= longest; i++) {
      int length = i;
      keysByLength[i] = keys.stream().filter(k -> k.length() == length).toArray(String[]::new);
    }
  }

  public static Redaction from(Settings settings) {
    return new Redaction(
        Objects.requireNonNullElse(settings.optional(Setting.REDACTED_QUERY_KEYS), DEFAULT_KEYS));
  }

  /**
   * Returns the query with the values of secret keys replaced; the same string if there are none.
   */
  public String query(String query) {
    StringBuilder cleaned = null;
    int copied = 0;
    int start = 0;
    int equals = -1;
    boolean encoded = false;
    int length = query.length();
    // One pass: every request with a query comes through here.
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

  /** Returns the path with path parameters hidden: {@code ;jsessionid=…} is a credential. */
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

  /** Not to the end of the text: of a thousand pairs without a value each would read them all. */
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
      // Nobody can say what it means, so nobody gets to read it.
      return true;
    }
  }

  private boolean isKey(String text, int start, int length) {
    if (length >= keysByLength.length) {
      return false;
    }
    // A key and a secret of equal length seldom begin alike: look before comparing without case.
    int first = length == 0 ? 0 : text.charAt(start) | CASE_BIT;
    for (String key : keysByLength[length]) {
      int own = length == 0 ? 0 : key.charAt(0) | CASE_BIT;
      boolean mayMatch = own == first || own > ASCII || first > ASCII;
      if (mayMatch && text.regionMatches(true, start, key, 0, length)) {
        return true;
      }
    }
    return false;
  }
}
