/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.body;

import dev.observe.internal.request.series.RequestMeter;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;

/** Counts the bytes that are read from the container's stream of a request body. */
final class CountingInput extends ServletInputStream {
  private final ServletInputStream in;
  private final RequestMeter meter;

  CountingInput(ServletInputStream in, RequestMeter meter) {
    this.in = in;
    this.meter = meter;
  }

  boolean isOf(ServletInputStream other) {
    return in == other;
  }

  @Override
  public int read() throws IOException {
    int b = in.read();
    if (b >= 0) {
      meter.read(1);
    }
    return b;
  }

  @Override
  public int read(byte[] bytes) throws IOException {
    return counted(in.read(bytes));
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return counted(in.read(bytes, offset, length));
  }

  private int counted(int read) {
    if (read > 0) {
      meter.read(read);
    }
    return read;
  }

  @Override
  public int available() throws IOException {
    return in.available();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  @Override
  public boolean isFinished() {
    return in.isFinished();
  }

  @Override
  public boolean isReady() {
    return in.isReady();
  }

  @Override
  public void setReadListener(ReadListener listener) {
    in.setReadListener(listener);
  }
}
