/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.forwarded;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splits headers that are lists (RFC 9110 section 5.6.1), with a bound on their length. */
final class HeaderElements {
  /** The bound of all lines of a header; a longer header is ignored (promise P12). */
  static final int MAX_LENGTH = 4_096;

  /** Each proxy appends one element; the nearest proxies append the last ones. */
  static final int MAX_ELEMENTS = 32;

  private HeaderElements() {}

  /**
   * Returns the last {@value #MAX_ELEMENTS} elements of all lines in their order, without empty
   * ones.
   *
   * @param quoted whether a comma between quotes is part of the element. A quote that is not closed
   *     ends with its line, because the next line may be another proxy's.
   */
  static List<String> of(Iterator<String> lines, boolean quoted) {
    if (!lines.hasNext()) {
      return List.of();
    }
    List<String> elements = new ArrayList<>(4);
    int left = MAX_LENGTH;
    while (lines.hasNext()) {
      String line = lines.next();
      left -= line.length() + 1;
      // The count includes one comma more than the joined lines have.
      if (left < -1) {
        return List.of();
      }
      split(line, quoted, elements);
    }
    return elements;
  }

  private static void split(String line, boolean quoted, List<String> elements) {
    int start = 0;
    boolean inQuotes = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted && c == '"') {
        inQuotes = !inQuotes;
      } else if (inQuotes && c == '\\') {
        i++;
      } else if (c == ',' && !inQuotes) {
        add(line, start, i, elements);
        start = i + 1;
      }
    }
    add(line, start, line.length(), elements);
  }

  private static void add(String line, int from, int to, List<String> elements) {
    String element = line.substring(from, to).trim();
    if (!element.isEmpty()) {
      if (elements.size() == MAX_ELEMENTS) {
        elements.remove(0);
      }
      elements.add(element);
    }
  }

  /**
   * Returns the value of a parameter of an element such as {@code for="[::1]";proto=https}, or null
   * if it is missing or the text before it is malformed.
   *
   * @param name the name, compared without regard to case
   */
  static @Nullable String parameter(String element, String name) {
    int position = 0;
    while (position < element.length()) {
      int equals = element.indexOf('=', position);
      if (equals < 0) {
        return null;
      }
      int start = Math.max(position, element.lastIndexOf(';', equals) + 1);
      String found = element.substring(start, equals).trim();
      int value = equals + 1;
      boolean quoted = value < element.length() && element.charAt(value) == '"';
      int end = quoted ? closingQuote(element, value) : value;
      int semicolon = end < 0 ? -1 : element.indexOf(';', end);
      int next = semicolon < 0 ? element.length() : semicolon;
      if (end < 0 || (quoted && !element.substring(end + 1, next).isBlank())) {
        return null;
      }
      if (found.equalsIgnoreCase(name)) {
        return quoted
            ? unescape(element.substring(value + 1, end))
            : element.substring(value, next).trim();
      }
      position = next + 1;
    }
    return null;
  }

  private static int closingQuote(String text, int opening) {
    for (int i = opening + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        return i;
      }
      if (c == '\\') {
        i++;
      }
    }
    return -1;
  }

  private static String unescape(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\' && i + 1 < text.length()) {
        i++;
      }
      plain.append(text.charAt(i));
    }
    return plain.toString();
  }
}
