/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.body;

import dev.observe.internal.request.series.RequestMeter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * A response that tells a meter what the application writes, and when that begins to be sent. There
 * only where somebody asked for such figures.
 *
 * <p>All that is done to it is done to the container's; what goes wrong here costs the figure.
 */
final class CountingResponse extends HttpServletResponseWrapper {
  private final RequestMeter meter;
  private @Nullable CountingOutput output;
  private @Nullable CountingWriter writer;

  /** Whether the container takes no more of a body, though it does not say so. */
  private boolean closed;

  CountingResponse(HttpServletResponse response, RequestMeter meter) {
    super(response);
    this.meter = meter;
  }

  /** Returns the one that a response is or is wrapped around, or null. */
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

  /** Takes a body again, after the container has answered by a page of the application. */
  void reopen() {
    closed = false;
  }

  /** Returns a clock reading to give to {@link #written} after the write, or 0 for none. */
  long before() {
    return meter.awaitsFirstByte() ? meter.nanos() : 0;
  }

  /**
   * Notes what was written.
   *
   * @param before the time before, as a write to a slow client takes its time after its first byte;
   *     0 for now
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
    } catch (RuntimeException e) {
      // A response that is at its end already: whoever writes then must not hear of us.
    }
  }

  /** Gives the count up: what is not known is not recorded. */
  void loseCount() {
    meter.containerAnswers();
  }

  /**
   * Returns what counts in the charset of this response, or null when it is one of no use.
   *
   * @param encodes what encodes the text
   */
  @Nullable EncodedLength encodedLength(Object encodes) {
    try {
      boolean jettyWriter =
          encodes instanceof PrintWriter
              && encodes.getClass().getName().startsWith("org.eclipse.jetty.");
      return new EncodedLength(getCharacterEncoding(), jettyWriter);
    } catch (RuntimeException e) {
      loseCount();
      return null;
    }
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    ServletOutputStream out = super.getOutputStream();
    CountingOutput current = output;
    if (current == null || !current.isOf(out)) {
      current = new CountingOutput(out, this);
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
    // Only now: the container has decided the charset by giving its writer.
    EncodedLength encoded = encodedLength(out);
    if (encoded == null) {
      return out;
    }
    current = new CountingWriter(out, this, encoded);
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
    // The application may ask for the other of the two now, or in another charset.
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

  /** Before, as Undertow has the error page written within the call. */
  private void beforeError() {
    if (!isCommitted()) {
      meter.containerAnswers();
    }
  }
}
