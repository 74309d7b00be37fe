/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import dev.observe.internal.exposition.PageExchange;
import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/** A request for the metrics page that arrived through a servlet container. */
public final class ServletPageExchange extends PageExchange implements PrometheusHttpRequest {
  private final HttpServletRequest request;
  private final HttpServletResponse response;

  public ServletPageExchange(HttpServletRequest request, HttpServletResponse response) {
    this.request = request;
    this.response = response;
  }

  @Override
  public PrometheusHttpRequest getRequest() {
    return this;
  }

  @Override
  public @Nullable String getQueryString() {
    return request.getQueryString();
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    Enumeration<String> values = request.getHeaders(name);
    return values == null ? Collections.emptyEnumeration() : values;
  }

  @Override
  public String getMethod() {
    return request.getMethod();
  }

  @Override
  public String getRequestPath() {
    return request.getRequestURI();
  }

  @Override
  public void setHeader(String name, String value) {
    response.setHeader(name, value);
  }

  @Override
  public OutputStream sendHeadersAndGetBody(int statusCode, int contentLength) throws IOException {
    if (response.getHeader("Content-Length") == null && contentLength > 0) {
      response.setContentLength(contentLength);
    }
    response.setStatus(statusCode);
    return response.getOutputStream();
  }

  @Override
  public void handleException(IOException e) {
    // The client closed the connection while the page was written.
  }

  @Override
  public void handleException(RuntimeException e) {
    if (!response.isCommitted()) {
      response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
    }
  }
}
