/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.request;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.Locale;
import javax.servlet.ServletOutputStream;
import javax.servlet.http.Cookie;
import javax.servlet.http.HttpServletResponse;
import org.jspecify.annotations.NullUnmarked;

/** Throws from every method; a fake overrides the methods that filters call. */
@SuppressWarnings("deprecation") // The interface has deprecated methods.
@NullUnmarked // As the servlet API is.
abstract class UnusedJavaxResponse implements HttpServletResponse {
  @Override
  public void addCookie(Cookie a) {
    throw new UnsupportedOperationException("addCookie");
  }

  @Override
  public boolean containsHeader(String a) {
    throw new UnsupportedOperationException("containsHeader");
  }

  @Override
  public String encodeURL(String a) {
    throw new UnsupportedOperationException("encodeURL");
  }

  @Override
  public String encodeRedirectURL(String a) {
    throw new UnsupportedOperationException("encodeRedirectURL");
  }

  @Override
  public String encodeUrl(String a) {
    throw new UnsupportedOperationException("encodeUrl");
  }

  @Override
  public String encodeRedirectUrl(String a) {
    throw new UnsupportedOperationException("encodeRedirectUrl");
  }

  @Override
  public void sendError(int a, String b) {
    throw new UnsupportedOperationException("sendError");
  }

  @Override
  public void sendError(int a) {
    throw new UnsupportedOperationException("sendError");
  }

  @Override
  public void sendRedirect(String a) {
    throw new UnsupportedOperationException("sendRedirect");
  }

  @Override
  public void setDateHeader(String a, long b) {
    throw new UnsupportedOperationException("setDateHeader");
  }

  @Override
  public void addDateHeader(String a, long b) {
    throw new UnsupportedOperationException("addDateHeader");
  }

  @Override
  public void setHeader(String a, String b) {
    throw new UnsupportedOperationException("setHeader");
  }

  @Override
  public void addHeader(String a, String b) {
    throw new UnsupportedOperationException("addHeader");
  }

  @Override
  public void setIntHeader(String a, int b) {
    throw new UnsupportedOperationException("setIntHeader");
  }

  @Override
  public void addIntHeader(String a, int b) {
    throw new UnsupportedOperationException("addIntHeader");
  }

  @Override
  public void setStatus(int a) {
    throw new UnsupportedOperationException("setStatus");
  }

  @Override
  public void setStatus(int a, String b) {
    throw new UnsupportedOperationException("setStatus");
  }

  @Override
  public int getStatus() {
    throw new UnsupportedOperationException("getStatus");
  }

  @Override
  public String getHeader(String a) {
    throw new UnsupportedOperationException("getHeader");
  }

  @Override
  public Collection<String> getHeaders(String a) {
    throw new UnsupportedOperationException("getHeaders");
  }

  @Override
  public Collection<String> getHeaderNames() {
    throw new UnsupportedOperationException("getHeaderNames");
  }

  @Override
  public String getCharacterEncoding() {
    throw new UnsupportedOperationException("getCharacterEncoding");
  }

  @Override
  public String getContentType() {
    throw new UnsupportedOperationException("getContentType");
  }

  @Override
  public ServletOutputStream getOutputStream() {
    throw new UnsupportedOperationException("getOutputStream");
  }

  @Override
  public PrintWriter getWriter() {
    throw new UnsupportedOperationException("getWriter");
  }

  @Override
  public void setCharacterEncoding(String a) {
    throw new UnsupportedOperationException("setCharacterEncoding");
  }

  @Override
  public void setContentLength(int a) {
    throw new UnsupportedOperationException("setContentLength");
  }

  @Override
  public void setContentLengthLong(long a) {
    throw new UnsupportedOperationException("setContentLengthLong");
  }

  @Override
  public void setContentType(String a) {
    throw new UnsupportedOperationException("setContentType");
  }

  @Override
  public void setBufferSize(int a) {
    throw new UnsupportedOperationException("setBufferSize");
  }

  @Override
  public int getBufferSize() {
    throw new UnsupportedOperationException("getBufferSize");
  }

  @Override
  public void flushBuffer() {
    throw new UnsupportedOperationException("flushBuffer");
  }

  @Override
  public void resetBuffer() {
    throw new UnsupportedOperationException("resetBuffer");
  }

  @Override
  public boolean isCommitted() {
    throw new UnsupportedOperationException("isCommitted");
  }

  @Override
  public void reset() {
    throw new UnsupportedOperationException("reset");
  }

  @Override
  public void setLocale(Locale a) {
    throw new UnsupportedOperationException("setLocale");
  }

  @Override
  public Locale getLocale() {
    throw new UnsupportedOperationException("getLocale");
  }
}
