/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.Metrics;
import dev.observe.Observe;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.exposition.PageOwner;
import dev.observe.servlet.internal.ObserveInitializer;
import dev.observe.servlet.internal.ServletPageExchange;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Serves the metrics page on the application's own port, instead of a port of its own.
 *
 * <p>Every client of the application can then read the metrics: protect it by the application's
 * access control. From {@code web.xml} it is created without arguments and serves the metrics that
 * {@link Observe#initMetrics} started, or else the default registry.
 *
 * <p>Safe for use by any number of threads.
 *
 * @since 0.1
 */
public final class MetricsServlet extends HttpServlet {
  /** The context attribute with the metrics that a filter of the application started. */
  public static final String ATTRIBUTE = "dev.observe.metrics";

  private static final long serialVersionUID = 1L;

  private transient volatile @Nullable MetricsPage page;

  /** Whether the page was created here, and so must be closed here. */
  private transient boolean own;

  /** Creates a servlet for {@code web.xml}; from code, call {@code create}. */
  public MetricsServlet() {}

  private MetricsServlet(MetricsPage page, boolean own) {
    this.page = page;
    this.own = own;
  }

  /** Returns a servlet that serves the page of a handle. */
  public static MetricsServlet create(Metrics metrics) {
    return new MetricsServlet(PageOwner.pageOf(metrics.openTelemetry()), false);
  }

  /** Returns a servlet that serves any registry. */
  public static MetricsServlet create(PrometheusRegistry registry) {
    return new MetricsServlet(MetricsPage.create(registry), true);
  }

  /** Called by the container. */
  @Override
  public void init() {
    ObserveInitializer.warnIfLeftOut(getServletContext());
    if (page == null) {
      Metrics current =
          getServletContext().getAttribute(ATTRIBUTE) instanceof Metrics applications
              ? applications
              : Observe.currentMetrics().orElse(null);
      own = current == null;
      page =
          current == null
              ? MetricsPage.create(PrometheusRegistry.defaultRegistry)
              : PageOwner.pageOf(current.openTelemetry());
    }
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response) {
    MetricsPage current = page;
    if (current == null) {
      response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
    } else {
      current.handle(new ServletPageExchange(request, response));
    }
  }

  /** Called by the container. */
  @Override
  public void destroy() {
    MetricsPage current = page;
    if (own && current != null) {
      current.close();
    }
  }
}
