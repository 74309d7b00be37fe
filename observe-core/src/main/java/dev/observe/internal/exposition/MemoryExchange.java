/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/** A GET request of this process to a small page, whose response is kept in memory. */
public final class MemoryExchange extends PageExchange implements PrometheusHttpRequest {
  private final String path;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  /** The status of a handler that fails before it responds. */
  private int status = 500;

  public MemoryExchange(String path) {
    this.path = path;
  }

  /** Returns the status of the response; 500 without one. */
  public int status() {
    return status;
  }

  /** Returns the body of the response. */
  public String text() {
    return body.toString(StandardCharsets.UTF_8);
  }

  @Override
  public PrometheusHttpRequest getRequest() {
    return this;
  }

  @Override
  public @Nullable String getQueryString() {
    return null;
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return Collections.emptyEnumeration();
  }

  @Override
  public String getMethod() {
    return "GET";
  }

  @Override
  public String getRequestPath() {
    return path;
  }

  @Override
  public void setHeader(String name, String value) {
    // Only status and body are of interest.
  }

  @Override
  public OutputStream sendHeadersAndGetBody(int statusCode, int contentLength) {
    status = statusCode;
    return body;
  }
}
