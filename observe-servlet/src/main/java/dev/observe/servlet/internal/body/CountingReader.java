/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.body;

import dev.observe.internal.request.series.RequestMeter;
import dev.observe.internal.util.FatalErrors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.CharBuffer;

/** Counts the bytes of the characters that are read from the container's reader. */
final class CountingReader extends Reader {
  private final BufferedReader in;
  private final RequestMeter meter;
  private final EncodedLength encoded;

  CountingReader(BufferedReader in, RequestMeter meter, EncodedLength encoded) {
    this.in = in;
    this.meter = meter;
    this.encoded = encoded;
  }

  @Override
  public int read(char[] text, int offset, int length) throws IOException {
    int read = in.read(text, offset, length);
    if (read < 0) {
      meter.readToTheEnd();
    } else {
      count(CharBuffer.wrap(text, offset, read));
    }
    return read;
  }

  private void count(CharBuffer text) {
    try {
      meter.read(encoded.add(text));
    } catch (Throwable e) {
      // A charset of the application failed.
      FatalErrors.rethrow(e);
      meter.loseRequestCount();
    }
  }

  @Override
  public boolean ready() throws IOException {
    return in.ready();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
