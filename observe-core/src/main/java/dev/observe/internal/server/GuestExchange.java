/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.exposition.AbortableExchange;
import dev.observe.internal.exposition.PageExchange;
import dev.observe.internal.exposition.PageMetrics.AbortReason;
import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request for a page of this application on the port of another application of the JVM. */
final class GuestExchange extends PageExchange implements PrometheusHttpRequest, AbortableExchange {
  private final Map<String, Object> exchange;
  private final Map<String, String> headers = new LinkedHashMap<>();

  /** Wraps a message of {@link PortProtocol}. */
  GuestExchange(Map<String, Object> exchange) {
    this.exchange = exchange;
  }

  @Override
  public PrometheusHttpRequest getRequest() {
    return this;
  }

  @Override
  public @Nullable String getQueryString() {
    return PortProtocol.hasQuery(exchange) ? PortProtocol.query(exchange) : null;
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return PortProtocol.headers(exchange, name);
  }

  @Override
  public String getMethod() {
    return PortProtocol.method(exchange);
  }

  @Override
  public String getRequestPath() {
    return PortProtocol.path(exchange);
  }

  @Override
  public void setHeader(String name, String value) {
    headers.put(name, value);
  }

  @Override
  public OutputStream sendHeadersAndGetBody(int status, int contentLength) throws IOException {
    return PortProtocol.send(exchange, status, contentLength, headers);
  }

  @Override
  public void abort(AbortReason reason) {
    PortProtocol.abort(exchange);
  }
}
