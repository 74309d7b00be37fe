/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A reusable buffer of UTF-8 text, to which bytes, numbers and strings are appended without
 * intermediate objects.
 */
final class Utf8Buffer {
  /** The length of the longest long in decimal. */
  private static final int LONGEST_LONG = 20;

  /** The lowest whole number that Java writes with an exponent. */
  private static final double LARGE = 1e7;

  private byte[] bytes;
  private int length;

  Utf8Buffer(int capacity) {
    bytes = new byte[capacity];
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(bytes, 0, length);
    length = 0;
  }

  private void reserve(int more) {
    if (more > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, more)));
    }
  }

  void append(byte[] some) {
    append(some, 0, some.length);
  }

  /** Appends another text from the given byte to its end. */
  void append(Utf8Buffer other, int from) {
    append(other.bytes, from, other.length - from);
  }

  private void append(byte[] some, int from, int count) {
    reserve(count);
    System.arraycopy(some, from, bytes, length, count);
    length += count;
  }

  void append(char ascii) {
    reserve(1);
    bytes[length++] = (byte) ascii;
  }

  void append(String text) {
    int start = length;
    reserve(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        length = start;
        append(text.getBytes(StandardCharsets.UTF_8));
        return;
      }
      bytes[length++] = (byte) c;
    }
  }

  /** Appends a text with escapes, as in a label value, or without escaped quotes, as in a help. */
  void appendEscaped(String text, boolean escapeQuotes) {
    int start = length;
    reserve(Math.multiplyExact(2, text.length()));
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        length = start;
        appendEscaped(text.getBytes(StandardCharsets.UTF_8), escapeQuotes);
        return;
      }
      putEscaped((byte) c, escapeQuotes);
    }
  }

  /** The escaped characters are ASCII, and no byte of another character is ASCII. */
  private void appendEscaped(byte[] text, boolean escapeQuotes) {
    reserve(Math.multiplyExact(2, text.length));
    for (byte b : text) {
      putEscaped(b, escapeQuotes);
    }
  }

  private void putEscaped(byte b, boolean escapeQuotes) {
    if (b == '\\' || b == '\n' || (b == '"' && escapeQuotes)) {
      bytes[length++] = '\\';
      bytes[length++] = b == '\n' ? (byte) 'n' : b;
    } else {
      bytes[length++] = b;
    }
  }

  /** Appends a number as {@link Long#toString(long)} formats it. */
  void append(long number) {
    if (number < 0) {
      append(Long.toString(number));
      return;
    }
    reserve(LONGEST_LONG);
    int end = length + 1;
    for (long left = number / 10; left != 0; left /= 10) {
      end++;
    }
    length = end;
    long left = number;
    do {
      long tens = left / 10;
      bytes[--end] = (byte) ('0' + (left - tens * 10));
      left = tens;
    } while (left != 0);
  }

  /** Appends a number as the library formats it: as Java does, except for the infinities. */
  void append(double number) {
    long whole = (long) number;
    if (number == whole && number > 0 && number < LARGE) {
      append(whole);
      append('.');
      append('0');
    } else if (number == 0) {
      append(1 / number < 0 ? "-0.0" : "0.0");
    } else if (number == Double.POSITIVE_INFINITY) {
      append("+Inf");
    } else if (number == Double.NEGATIVE_INFINITY) {
      append("-Inf");
    } else {
      append(Double.toString(number));
    }
  }
}
