/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.Metrics;
import dev.observe.Observe;
import dev.observe.internal.exposition.PageOwner;
import dev.observe.internal.util.FatalErrors;
import dev.observe.internal.util.RateLimitedLog;
import dev.observe.servlet.internal.ServletPageExchange;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Serves the live page on the application's own port; map it to a path such as {@code /live/*}.
 *
 * <p>The page asks for the user and the password, or the bearer token, of the metrics settings.
 * Without them, {@code init} prints the path with a random token. From {@code web.xml} it is
 * created without arguments and serves the page of {@link Observe#initMetrics}. Status 404 without
 * a live page.
 *
 * <p>Safe for use by any number of threads.
 *
 * @since 0.1
 */
public final class LivePageServlet extends HttpServlet {
  private static final Logger LOGGER = System.getLogger(LivePageServlet.class.getName());
  private static final long serialVersionUID = 1L;

  /** The path of the page itself, before the path within it. */
  private static final String ROOT = "/live";

  private transient volatile PageOwner.@Nullable Live page;

  /** Creates a servlet for {@code web.xml}; from code, call {@code create}. */
  public LivePageServlet() {}

  /**
   * Returns a servlet that serves the live page of a handle.
   *
   * @throws IllegalArgumentException if the handle was started without a live page
   */
  public static LivePageServlet create(Metrics metrics) {
    LivePageServlet servlet = new LivePageServlet();
    servlet.page = PageOwner.liveOf(metrics.openTelemetry());
    if (servlet.page == null) {
      throw new IllegalArgumentException(
          "metrics must have a live page; call live() on its builder or set OBSERVE_LIVE=true");
    }
    return servlet;
  }

  /** Called by the container. */
  @Override
  public void init() {
    if (page == null) {
      Metrics current =
          getServletContext().getAttribute(MetricsServlet.ATTRIBUTE) instanceof Metrics applications
              ? applications
              : Observe.currentMetrics().orElse(null);
      page = current == null ? null : PageOwner.liveOf(current.openTelemetry());
    }
    PageOwner.Live served = page;
    if (served == null) {
      LOGGER.log(
          Level.WARNING, "There is no live page: set OBSERVE_LIVE=true, or remove the servlet.");
      return;
    }
    String line = "The live page is at " + path() + served.query();
    LOGGER.log(Level.INFO, line);
    // As for the metrics port: the address is for the person who starts the application.
    System.err.println(line);
  }

  private String path() {
    ServletRegistration registration = getServletContext().getServletRegistration(getServletName());
    String mapping =
        registration == null
            ? "/…"
            : registration.getMappings().stream().sorted().findFirst().orElse("/…");
    return getServletContext().getContextPath() + mapping.replaceFirst("/?\\*?$", "/");
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    PageOwner.Live served = page;
    if (served == null) {
      response.setStatus(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      response.setHeader("Allow", "GET, HEAD");
      response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
      return;
    }
    ServletPageExchange exchange = new ServletPageExchange(request, response);
    if (isLoopback(request.getLocalAddr()) && !served.allowsHost(exchange)) {
      // RFC 9110 15.5.20: a name of another site that resolves to this machine.
      response.setStatus(421);
      return;
    }
    String within = request.getPathInfo();
    try {
      served.handle(within == null ? ROOT : ROOT + within, exchange);
    } catch (RuntimeException | Error e) {
      FatalErrors.rethrow(e);
      LOGGER.log(Level.WARNING, "The live page failed: {0}", RateLimitedLog.describe(e));
      if (!response.isCommitted()) {
        response.setStatus(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
      }
    }
  }

  private static boolean isLoopback(@Nullable String address) throws IOException {
    return address != null && InetAddress.getByName(address).isLoopbackAddress();
  }
}
