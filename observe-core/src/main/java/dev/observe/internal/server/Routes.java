/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import dev.observe.internal.exposition.EndpointHandler;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.exposition.RequestRejectedException;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.RateLimitedLog;
import java.io.IOException;

/** Dispatches each request to the handler of its path, after the checks of credentials and host. */
final class Routes {
  private final Applications applications;
  private final Credentials credentials;
  private final AllowedHosts hosts;
  private final RateLimitedLog log;

  Routes(
      Applications applications, Credentials credentials, AllowedHosts hosts, RateLimitedLog log) {
    this.applications = applications;
    this.credentials = credentials;
    this.hosts = hosts;
    this.log = log;
  }

  /** RFC 9110 15.5.20. */
  private static RequestRejectedException misdirected() {
    return new RequestRejectedException(
        421, "Unknown host name: add it to observe.metrics.allowed-hosts, or use localhost.");
  }

  void handle(SocketExchange exchange) throws IOException {
    RequestHead request = exchange.head();
    // The first check, so that clients without credentials cannot find out which paths exist.
    if (!credentials.allow(request)) {
      // RFC 9110 11.6.1: two challenges may share a line.
      exchange.setHeader("WWW-Authenticate", String.join(", ", credentials.challenges()));
      exchange.sendHeadersAndGetBody(401, -1);
      return;
    }
    if (!hosts.allow(request)) {
      MetricsPage.reject(exchange, misdirected());
      return;
    }
    EndpointHandler handler = applications.find(request.getRequestPath());
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
      FatalErrors.rethrow(e);
      log.warn(
          "A handler of the metrics endpoint failed",
          request.getRequestPath() + ", " + RateLimitedLog.describe(e));
      if (exchange.sent()) {
        throw new IOException("the handler failed after the start of its response");
      }
    }
  }
}
