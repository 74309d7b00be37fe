/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import dev.observe.internal.server.MetricsEndpoint;
import io.prometheus.metrics.exporter.common.PrometheusHttpExchange;
import java.io.IOException;

/**
 * Answers the GET and HEAD requests for one path of a {@link MetricsEndpoint}.
 *
 * <p>Called by several threads at once, after authentication. The server closes the exchange, and
 * answers with status 500 and no body if the handler throws before it has sent anything.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface EndpointHandler {
  /**
   * Answers one request.
   *
   * @param exchange the request and where to answer it; a content length of -1 means no body, 0 one
   *     that ends with the connection; nothing is sent to a HEAD request but the headers
   * @throws IOException if the client went away or was too slow
   */
  void handle(PrometheusHttpExchange exchange) throws IOException;
}
