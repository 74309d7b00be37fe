/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.pipeline;

/** Counts the spans of an encoded request, without decoding them. */
final class SpanCount {
  private static final int LENGTH_DELIMITED = 2;
  private static final int RESOURCE_SPANS = 1;
  private static final int SCOPE_SPANS = 2;
  private static final int SPANS = 2;

  private final byte[] bytes;
  private int position;

  private SpanCount(byte[] bytes) {
    this.bytes = bytes;
  }

  static int of(byte[] request, int length) {
    return new SpanCount(request).count(length, RESOURCE_SPANS, SCOPE_SPANS, SPANS);
  }

  /** Counts the messages at the end of the path of fields. */
  private int count(int end, int... path) {
    int found = 0;
    while (position < end) {
      int tag = (int) varint();
      int wire = tag & 7;
      if (wire != LENGTH_DELIMITED) {
        skip(wire);
        continue;
      }
      int next = (int) varint() + position;
      if (tag >>> 3 == path[0]) {
        found +=
            path.length == 1 ? 1 : count(next, java.util.Arrays.copyOfRange(path, 1, path.length));
      }
      position = next;
    }
    return found;
  }

  private void skip(int wire) {
    switch (wire) {
      case 0 -> varint();
      case 1 -> position += 8;
      case 5 -> position += 4;
      default -> throw new IllegalArgumentException("wire type must be known, was " + wire);
    }
  }

  private long varint() {
    long value = 0;
    int shift = 0;
    byte b;
    do {
      b = bytes[position];
      position++;
      value |= (long) (b & 0x7f) << shift;
      shift += 7;
    } while (b < 0);
    return value;
  }
}
