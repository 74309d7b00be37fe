/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * One message in protobuf's wire format, which is appended to in the order of its fields and can be
 * used again. For one thread.
 */
final class ProtobufMessage {
  private static final int VARINT = 0;
  private static final int FIXED_64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int LONGEST_VARINT = 10;

  private byte[] bytes = new byte[128];
  private int size;

  ProtobufMessage clear() {
    size = 0;
    return this;
  }

  boolean isEmpty() {
    return size == 0;
  }

  ProtobufMessage unsigned(int field, long value) {
    tag(field, VARINT);
    varint(value);
    return this;
  }

  /** Appends a {@code sint32} or {@code sint64}, in which small negative numbers are short. */
  ProtobufMessage signed(int field, long value) {
    return unsigned(field, (value << 1) ^ (value >> 63));
  }

  ProtobufMessage number(int field, double value) {
    tag(field, FIXED_64);
    reserve(Double.BYTES);
    long bits = Double.doubleToRawLongBits(value);
    for (int shift = 0; shift < Double.SIZE; shift += Byte.SIZE) {
      bytes[size++] = (byte) (bits >>> shift);
    }
    return this;
  }

  ProtobufMessage text(int field, String value) {
    tag(field, LENGTH_DELIMITED);
    int start = size;
    int length = value.length();
    varint(length);
    reserve(length);
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (c >= 0x80) {
        // Nearly all text is ASCII, which needs no array in between.
        size = start;
        encoded(value.getBytes(UTF_8));
        return this;
      }
      bytes[size++] = (byte) c;
    }
    return this;
  }

  private void encoded(byte[] value) {
    varint(value.length);
    append(value, value.length);
  }

  ProtobufMessage message(int field, ProtobufMessage value) {
    tag(field, LENGTH_DELIMITED);
    varint(value.size);
    append(value.bytes, value.size);
    return this;
  }

  /** Appends fields as they are. */
  void append(ProtobufMessage fields) {
    append(fields.bytes, fields.size);
  }

  /**
   * Writes a message that comes in two parts after its length, as messages follow each other in a
   * stream; in two parts, as the second may be large.
   */
  static void writeDelimited(OutputStream out, ProtobufMessage first, ProtobufMessage second)
      throws IOException {
    ProtobufMessage length = new ProtobufMessage();
    length.varint((long) first.size + second.size);
    out.write(length.bytes, 0, length.size);
    out.write(first.bytes, 0, first.size);
    out.write(second.bytes, 0, second.size);
  }

  private void tag(int field, int wireType) {
    varint(((long) field << 3) | wireType);
  }

  private void varint(long value) {
    reserve(LONGEST_VARINT);
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  private void append(byte[] more, int length) {
    reserve(length);
    System.arraycopy(more, 0, bytes, size, length);
    size += length;
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }
}
