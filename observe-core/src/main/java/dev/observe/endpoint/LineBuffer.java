/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.endpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Lines of a page on their way out, put together from bytes, numbers and text without objects. */
final class LineBuffer {
  private static final int SIZE = 8 * 1024;

  /** More than any number takes. */
  private static final int LONGEST_NUMBER = 32;

  private final OutputStream out;
  private final byte[] bytes = new byte[SIZE];
  private int used;

  LineBuffer(OutputStream out) {
    this.out = out;
  }

  void write(byte[] some) throws IOException {
    write(some, some.length);
  }

  void write(byte[] some, int length) throws IOException {
    if (length > SIZE - used) {
      flush();
      if (length > SIZE) {
        out.write(some, 0, length);
        return;
      }
    }
    System.arraycopy(some, 0, bytes, used, length);
    used += length;
  }

  void write(char ascii) throws IOException {
    if (used == SIZE) {
      flush();
    }
    bytes[used++] = (byte) ascii;
  }

  void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** As {@link Long#toString(long)}. */
  void write(long number) throws IOException {
    if (number < 0) {
      write(Long.toString(number));
      return;
    }
    if (used > SIZE - LONGEST_NUMBER) {
      flush();
    }
    int end = used;
    long next = number;
    do {
      next /= 10;
      end++;
    } while (next != 0);
    used = end;
    long left = number;
    do {
      long tens = left / 10;
      bytes[--end] = (byte) ('0' + (left - tens * 10));
      left = tens;
    } while (left != 0);
  }

  /** As the library writes it: Java's form, but for the infinities. */
  void write(double number) throws IOException {
    if (number == Double.POSITIVE_INFINITY) {
      write("+Inf");
    } else if (number == Double.NEGATIVE_INFINITY) {
      write("-Inf");
    } else {
      write(Double.toString(number));
    }
  }

  void flush() throws IOException {
    out.write(bytes, 0, used);
    used = 0;
  }
}
