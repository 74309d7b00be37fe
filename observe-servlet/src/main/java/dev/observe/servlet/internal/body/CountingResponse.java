/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.body;

import dev.observe.internal.request.series.RequestMeter;
import dev.observe.internal.util.FatalErrors;
import dev.observe.servlet.internal.Container;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * Reports to a meter the bytes that the application writes, and when the first of them is sent.
 * Used only if such measurements are chosen.
 *
 * <p>Passes every call on to the container's response; a failure here costs the measurement only.
 */
final class CountingResponse extends HttpServletResponseWrapper {
  private final RequestMeter meter;
  private final Container container;
  private @Nullable CountingOutput output;
  private @Nullable CountingWriter writer;

  /** Whether the container ignores what is written from now on. */
  private boolean closed;

  CountingResponse(HttpServletResponse response, RequestMeter meter, Container container) {
    super(response);
    this.meter = meter;
    this.container = container;
  }

  /** Returns the one that a response is or wraps, or null. */
  static @Nullable CountingResponse in(ServletResponse response) {
    ServletResponse current = response;
    while (current instanceof ServletResponseWrapper wrapper) {
      if (current instanceof CountingResponse counting) {
        return counting;
      }
      current = wrapper.getResponse();
    }
    return null;
  }

  /** Counts again, because the container responds with an error page of the application. */
  void reopen() {
    closed = false;
  }

  /** Returns a clock reading for {@link #written} to use after the write, or 0 for none. */
  long before() {
    return meter.awaitsFirstByte() ? meter.nanos() : 0;
  }

  /**
   * Notes that bytes were written.
   *
   * @param before the time before the write, because a write to a slow client lasts longer than its
   *     first byte; 0 for now
   */
  void written(long bytes, long before) {
    if (!closed && bytes > 0) {
      meter.written(bytes);
    }
    if (meter.awaitsFirstByte()) {
      noteFirstByte(before);
    }
  }

  private void noteFirstByte(long before) {
    try {
      if (isCommitted()) {
        meter.firstByte(before == 0 ? meter.nanos() : before);
      }
    } catch (Throwable e) {
      // The container has recycled the response: a late write must not fail for that.
      FatalErrors.rethrow(e);
    }
  }

  /** Gives up the count, which is then not recorded. */
  void loseCount() {
    meter.containerAnswers();
  }

  /**
   * Returns a count in the charset of this response, or null if that charset cannot encode.
   *
   * @param latin1ByChar whether each char is one byte in ISO-8859-1
   */
  @Nullable EncodedLength encodedLength(boolean latin1ByChar) {
    try {
      return new EncodedLength(getCharacterEncoding(), latin1ByChar);
    } catch (Throwable e) {
      FatalErrors.rethrow(e);
      loseCount();
      return null;
    }
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    ServletOutputStream out = super.getOutputStream();
    CountingOutput current = output;
    if (current == null || !current.isOf(out)) {
      current = new CountingOutput(out, this, container.makerOf(out));
      output = current;
    }
    return current;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    PrintWriter out = super.getWriter();
    CountingWriter current = writer;
    if (current != null && current.isOf(out)) {
      return current;
    }
    // Only now, because the container decides the charset when it creates its writer.
    Container maker = container.makerOf(out);
    EncodedLength encoded = encodedLength(maker.encodesLatin1ByChar());
    if (encoded == null) {
      return out;
    }
    current = new CountingWriter(out, this, encoded, maker);
    writer = current;
    return current;
  }

  @Override
  public void setContentLength(int length) {
    super.setContentLength(length);
    meter.responseLength(length);
  }

  @Override
  public void setContentLengthLong(long length) {
    super.setContentLengthLong(length);
    meter.responseLength(length);
  }

  @Override
  public void flushBuffer() throws IOException {
    long before = before();
    super.flushBuffer();
    written(0, before);
  }

  @Override
  public void reset() {
    super.reset();
    // The application may use the other of the two now, or another charset.
    output = null;
    writer = null;
    meter.responseLength(-1);
    meter.startOver();
  }

  @Override
  public void resetBuffer() {
    super.resetBuffer();
    meter.startOver();
  }

  @Override
  public void sendRedirect(String location) throws IOException {
    super.sendRedirect(location);
    meter.startOver();
    closed = true;
  }

  @Override
  public void sendError(int status) throws IOException {
    beforeError();
    super.sendError(status);
    closed = true;
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    beforeError();
    super.sendError(status, message);
    closed = true;
  }

  /** Before the call, because Undertow writes the error page within it. */
  private void beforeError() {
    if (!isCommitted()) {
      meter.containerAnswers();
    }
  }
}
