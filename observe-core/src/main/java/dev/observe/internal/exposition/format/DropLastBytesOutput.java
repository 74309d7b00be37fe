/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import java.io.IOException;
import java.io.OutputStream;

/** Writes all but the last few bytes to another stream. */
final class DropLastBytesOutput extends OutputStream {
  private final OutputStream out;
  private final byte[] last;
  private int held;

  DropLastBytesOutput(OutputStream out, int cut) {
    this.out = out;
    this.last = new byte[cut];
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int passed = Math.max(0, held + length - last.length);
    int old = Math.min(passed, held);
    int fresh = passed - old;
    out.write(last, 0, old);
    out.write(bytes, offset, fresh);
    System.arraycopy(last, old, last, 0, held - old);
    held -= old;
    System.arraycopy(bytes, offset + fresh, last, held, length - fresh);
    held += length - fresh;
  }
}
