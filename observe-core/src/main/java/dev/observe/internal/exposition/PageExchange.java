/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import io.prometheus.metrics.exporter.common.PrometheusHttpExchange;
import io.prometheus.metrics.exporter.common.PrometheusHttpResponse;
import java.io.IOException;

/**
 * A request for a page, which is its own response. Failures pass through to the caller, who ends
 * the exchange.
 */
public abstract class PageExchange implements PrometheusHttpExchange, PrometheusHttpResponse {
  @Override
  public final PrometheusHttpResponse getResponse() {
    return this;
  }

  @Override
  public void handleException(IOException e) throws IOException {
    throw e;
  }

  @Override
  public void handleException(RuntimeException e) {
    throw e;
  }

  @Override
  public void close() {
    // The caller ends the exchange after the handler returns.
  }
}
