/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.body;

import java.io.PrintWriter;
import java.nio.CharBuffer;
import java.nio.charset.CoderMalfunctionError;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A container's writer for a response's body, and a count of the bytes that it makes of what goes
 * through it. All is done by the container's, so that not a byte of the response can differ.
 */
final class CountingWriter extends PrintWriter {
  private final PrintWriter writer;
  private final CountingResponse response;
  private final EncodedLength encoded;
  private final String lineEnd;

  /** What the container formats by when it is given none; null where that is the JVM's. */
  private final @Nullable Locale formatLocale;

  CountingWriter(PrintWriter out, CountingResponse response, EncodedLength encoded) {
    super(out);
    this.writer = out;
    this.response = response;
    this.encoded = encoded;
    String name = out.getClass().getName();
    this.lineEnd = name.startsWith("io.undertow.") ? "\r\n" : System.lineSeparator();
    this.formatLocale = name.startsWith("org.eclipse.jetty.") ? response.getLocale() : null;
  }

  boolean isOf(PrintWriter other) {
    return writer == other;
  }

  @Override
  public void write(int c) {
    writer.write(c);
    count(CharBuffer.wrap(String.valueOf((char) c)), 0);
  }

  @Override
  public void write(char[] text, int offset, int length) {
    long before = response.before();
    writer.write(text, offset, length);
    count(CharBuffer.wrap(text, offset, length), before);
  }

  @Override
  public void write(char[] text) {
    write(text, 0, text.length);
  }

  @Override
  public void write(String text, int offset, int length) {
    long before = response.before();
    writer.write(text, offset, length);
    count(CharBuffer.wrap(text, offset, offset + length), before);
  }

  @Override
  public void write(String text) {
    write(text, 0, text.length());
  }

  @Override
  public void println() {
    writer.println();
    count(CharBuffer.wrap(lineEnd), 0);
  }

  @Override
  public PrintWriter format(String format, @Nullable Object... arguments) {
    return formatLocale == null
        ? super.format(format, arguments)
        : super.format(formatLocale, format, arguments);
  }

  @Override
  public PrintWriter format(@Nullable Locale locale, String format, @Nullable Object... arguments) {
    return super.format(locale == null ? formatLocale : locale, format, arguments);
  }

  @Override
  public void flush() {
    long before = response.before();
    writer.flush();
    response.written(0, before);
  }

  @Override
  public void close() {
    long before = response.before();
    writer.close();
    response.written(0, before);
  }

  @Override
  public boolean checkError() {
    return writer.checkError();
  }

  private void count(CharBuffer text, long before) {
    try {
      response.written(encoded.add(text), before);
    } catch (RuntimeException | CoderMalfunctionError e) {
      response.loseCount();
    }
  }
}
