/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.body;

import dev.observe.internal.util.FatalErrors;
import dev.observe.servlet.internal.Container;
import java.io.PrintWriter;
import java.nio.CharBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Counts the bytes of the text that is written to the container's writer. Passes every call on to
 * that writer, so that no byte of the response can differ.
 */
final class CountingWriter extends PrintWriter {
  private final PrintWriter writer;
  private final CountingResponse response;
  private final EncodedLength encoded;
  private final String lineEnd;

  /** The locale in which the container formats by default; null for that of the JVM. */
  private final @Nullable Locale formatLocale;

  CountingWriter(
      PrintWriter out, CountingResponse response, EncodedLength encoded, Container maker) {
    super(out);
    this.writer = out;
    this.response = response;
    this.encoded = encoded;
    this.lineEnd = maker.lineEnd();
    this.formatLocale = maker.formatsByResponseLocale() ? response.getLocale() : null;
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
    } catch (Throwable e) {
      // A charset of the application failed.
      FatalErrors.rethrow(e);
      response.loseCount();
    }
  }
}
