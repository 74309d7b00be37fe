/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.body;

import dev.observe.servlet.internal.Container;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Counts the bytes that are written to the container's stream of a response body. */
final class CountingOutput extends ServletOutputStream {
  private final ServletOutputStream out;
  private final CountingResponse response;

  private final boolean printsInCharset;

  /** Counts printed text in the response's charset; null until it is needed. */
  private @Nullable EncodedLength printed;

  CountingOutput(ServletOutputStream out, CountingResponse response, Container maker) {
    this.out = out;
    this.response = response;
    this.printsInCharset = maker.printsInResponseCharset();
  }

  boolean isOf(ServletOutputStream other) {
    return out == other;
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    response.written(1, 0);
  }

  @Override
  public void write(byte[] bytes) throws IOException {
    long before = response.before();
    out.write(bytes);
    response.written(bytes.length, before);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    long before = response.before();
    out.write(bytes, offset, length);
    response.written(length, before);
  }

  @Override
  public void print(String text) throws IOException {
    out.print(text);
    response.written(length(text), 0);
  }

  @Override
  public void println(String text) throws IOException {
    out.println(text);
    response.written(length(text) + 2, 0);
  }

  private long length(@Nullable String text) {
    String shown = String.valueOf(text);
    if (!printsInCharset) {
      return shown.length();
    }
    EncodedLength current = printed;
    if (current == null) {
      current = response.encodedLength(false);
      printed = current;
    }
    return current == null ? shown.length() : current.add(shown);
  }

  @Override
  public void flush() throws IOException {
    long before = response.before();
    out.flush();
    response.written(0, before);
  }

  @Override
  public void close() throws IOException {
    long before = response.before();
    out.close();
    response.written(0, before);
  }

  @Override
  public boolean isReady() {
    return out.isReady();
  }

  @Override
  public void setWriteListener(WriteListener listener) {
    out.setWriteListener(listener);
  }
}
