/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of one page, written once and then read by any number of connections.
 *
 * <p>Stored in chunks: a growing array would need twice its size each time it grows, and promise
 * P15 allows two pages in memory. One write to a socket takes one chunk, which also limits the
 * JDK's direct buffer of each blocked writer.
 */
final class ByteChunks extends OutputStream {
  static final int CHUNK_BYTES = 16 * 1024;

  private final List<byte[]> full = new ArrayList<>();
  private byte[] last = new byte[CHUNK_BYTES];
  private int used;

  @Override
  public void write(int b) {
    if (used == last.length) {
      next();
    }
    last[used++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    int from = offset;
    int left = length;
    while (left > 0) {
      if (used == last.length) {
        next();
      }
      int part = Math.min(left, last.length - used);
      System.arraycopy(bytes, from, last, used, part);
      used += part;
      from += part;
      left -= part;
    }
  }

  private void next() {
    // A content length is an int in PrometheusHttpResponse: fail before it overflows.
    Math.multiplyExact(full.size() + 2, CHUNK_BYTES);
    full.add(last);
    last = new byte[CHUNK_BYTES];
    used = 0;
  }

  int size() {
    return full.size() * CHUNK_BYTES + used;
  }

  void writeTo(OutputStream out) throws IOException {
    for (byte[] chunk : full) {
      out.write(chunk, 0, chunk.length);
    }
    out.write(last, 0, used);
  }
}
