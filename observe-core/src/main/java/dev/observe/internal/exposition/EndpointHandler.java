/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import io.prometheus.metrics.exporter.common.PrometheusHttpExchange;
import java.io.IOException;

/**
 * Answers the GET and HEAD requests for one path of the metrics endpoint.
 *
 * <p>Called by several threads at once, after authentication. The server closes the exchange. If
 * the handler throws before it sends the response, the server sends status 500 without a body.
 */
@FunctionalInterface
public interface EndpointHandler {
  /**
   * Answers one request.
   *
   * @param exchange the request and its response; a content length of -1 means no body, 0 means a
   *     body that ends with the connection; a HEAD request gets the headers only
   * @throws IOException if the client closed the connection or was too slow
   */
  void handle(PrometheusHttpExchange exchange) throws IOException;
}
