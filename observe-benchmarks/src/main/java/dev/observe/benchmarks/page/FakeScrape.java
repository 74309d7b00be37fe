/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.page;

import dev.observe.internal.exposition.PageExchange;
import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import java.io.OutputStream;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A scrape whose response is discarded, and counted if it has no Content-Length. */
final class FakeScrape extends PageExchange implements PrometheusHttpRequest {
  private final String accept;
  private final boolean gzip;
  int status;
  final CountingOutput length = new CountingOutput();

  FakeScrape(String accept, boolean gzip) {
    this.accept = accept;
    this.gzip = gzip;
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
    if (name.equals("Accept")) {
      return Collections.enumeration(List.of(accept));
    }
    return gzip && name.equals("Accept-Encoding")
        ? Collections.enumeration(List.of("gzip"))
        : Collections.emptyEnumeration();
  }

  @Override
  public String getMethod() {
    return "GET";
  }

  @Override
  public String getRequestPath() {
    return "/metrics";
  }

  @Override
  public void setHeader(String name, String value) {}

  @Override
  public OutputStream sendHeadersAndGetBody(int statusCode, int contentLength) {
    status = statusCode;
    length.count = Math.max(0, contentLength);
    return contentLength > 0 ? OutputStream.nullOutputStream() : length;
  }
}
