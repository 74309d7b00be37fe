/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads just enough of delimited MetricFamily messages to name them. */
public final class Protobuf {
  private static final int NAME_TAG = 1 << 3 | 2;

  private Protobuf() {}

  public static List<String> names(byte[] body) {
    ByteBuffer in = ByteBuffer.wrap(body);
    List<String> names = new ArrayList<>();
    while (in.hasRemaining()) {
      int end = varint(in) + in.position();
      if (in.get() != NAME_TAG) {
        throw new AssertionError("a metric family does not begin with its name");
      }
      byte[] name = new byte[varint(in)];
      in.get(name);
      names.add(new String(name, StandardCharsets.UTF_8));
      in.position(end);
    }
    return names;
  }

  private static int varint(ByteBuffer in) {
    int value = 0;
    int shift = 0;
    byte b;
    do {
      b = in.get();
      value |= (b & 0x7f) << shift;
      shift += 7;
    } while (b < 0);
    return value;
  }
}
