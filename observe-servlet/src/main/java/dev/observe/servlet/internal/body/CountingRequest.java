/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal.body;

import dev.observe.internal.request.series.RequestMeter;
import dev.observe.internal.util.FatalErrors;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Collection;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reports to a meter the bytes of the body that the application reads. Used only if such
 * measurements are chosen.
 */
final class CountingRequest extends HttpServletRequestWrapper {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String MULTIPART = "multipart/form-data";

  private final RequestMeter meter;
  private final CountingResponse response;
  private @Nullable CountingInput input;
  private @Nullable BufferedReader containers;
  private @Nullable BufferedReader reader;
  private boolean opensReader;

  CountingRequest(HttpServletRequest request, CountingResponse response, RequestMeter meter) {
    super(request);
    this.meter = meter;
    this.response = response;
    meter.requestLength(request.getContentLengthLong());
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    ServletInputStream in = super.getInputStream();
    if (opensReader) {
      // Undertow's reader reads from the stream of the outermost wrapper: it is counted already.
      return in;
    }
    CountingInput current = input;
    if (current == null || !current.isOf(in)) {
      current = new CountingInput(in, meter);
      input = current;
    }
    return current;
  }

  @Override
  public BufferedReader getReader() throws IOException {
    BufferedReader in = openReader();
    BufferedReader current = reader;
    if (current != null && containers == in) {
      return current;
    }
    EncodedLength encoded = encodedLength();
    if (encoded == null) {
      return in;
    }
    // The second buffer is for lines, whose ends could not be counted otherwise.
    current = new BufferedReader(new CountingReader(in, meter, encoded));
    containers = in;
    reader = current;
    return current;
  }

  private BufferedReader openReader() throws IOException {
    opensReader = true;
    try {
      return super.getReader();
    } finally {
      opensReader = false;
    }
  }

  private @Nullable EncodedLength encodedLength() {
    try {
      String charset = getCharacterEncoding();
      return new EncodedLength(charset == null ? "ISO-8859-1" : charset, false);
    } catch (Throwable e) {
      FatalErrors.rethrow(e);
      meter.loseRequestCount();
      return null;
    }
  }

  /**
   * Passes both wrappers on, which the container would otherwise omit: writes of another thread and
   * of a dispatch are then counted, wherever the filter is mapped.
   */
  @Override
  public AsyncContext startAsync() {
    return startAsync(this, response);
  }

  @Override
  public @Nullable String getParameter(String name) {
    noteParsed(FORM);
    return super.getParameter(name);
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    noteParsed(FORM);
    return super.getParameterMap();
  }

  @Override
  public Enumeration<String> getParameterNames() {
    noteParsed(FORM);
    return super.getParameterNames();
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    noteParsed(FORM);
    return super.getParameterValues(name);
  }

  @Override
  public Collection<Part> getParts() throws IOException, ServletException {
    noteParsed(MULTIPART);
    return super.getParts();
  }

  @Override
  public @Nullable Part getPart(String name) throws IOException, ServletException {
    noteParsed(MULTIPART);
    return super.getPart(name);
  }

  /** The container itself reads the body of a form when a field of it is read. */
  private void noteParsed(String type) {
    if (input == null && reader == null) {
      String contentType = getContentType();
      if (contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(type)) {
        meter.parsedByContainer();
      }
    }
  }
}
