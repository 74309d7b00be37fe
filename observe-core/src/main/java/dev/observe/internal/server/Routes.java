/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.exposition.EndpointHandler;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.exposition.RequestRefusedException;
import dev.observe.internal.util.RateLimitedLog;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Who answers which path, after the host and whoever asks were looked at. */
final class Routes {
  private final Map<String, EndpointHandler> handlers;
  private final Credentials credentials;
  private final AllowedHosts hosts;
  private final RateLimitedLog log;

  Routes(
      Map<String, EndpointHandler> handlers,
      EndpointHandler page,
      Credentials credentials,
      AllowedHosts hosts,
      RateLimitedLog log) {
    this.handlers = new HashMap<>(handlers);
    this.handlers.put(MetricsEndpoint.PATH, page);
    this.credentials = credentials;
    this.hosts = hosts;
    this.log = log;
  }

  /** The status is of RFC 9110 15.5.20. */
  private static RequestRefusedException foreignHost() {
    return new RequestRefusedException(
        421, "Not known by this host name: see observe.metrics.allowed-hosts, or use localhost.");
  }

  void handle(SocketExchange exchange) throws IOException {
    RequestHead request = exchange.head();
    // First of all, so that a stranger does not even learn which paths there are.
    if (!credentials.allow(request)) {
      // Two challenges may share a line, RFC 9110 11.6.1.
      exchange.setHeader("WWW-Authenticate", String.join(", ", credentials.challenges()));
      exchange.sendHeadersAndGetBody(401, -1);
      return;
    }
    if (!hosts.allow(request)) {
      MetricsPage.refuse(exchange, foreignHost());
      return;
    }
    EndpointHandler handler = handlers.get(request.getRequestPath());
    if (handler == null) {
      exchange.sendHeadersAndGetBody(404, -1);
      return;
    }
    if (!request.getMethod().equals("GET") && !request.head()) {
      exchange.setHeader("Allow", "GET, HEAD");
      exchange.sendHeadersAndGetBody(405, -1);
      return;
    }
    try {
      handler.handle(exchange);
    } catch (RuntimeException | Error e) {
      log.warn(
          "A handler of the metrics endpoint failed",
          request.getRequestPath() + ", " + RateLimitedLog.describe(e));
      if (exchange.sent()) {
        throw new IOException("the handler failed after it had begun to answer");
      }
    }
  }
}
