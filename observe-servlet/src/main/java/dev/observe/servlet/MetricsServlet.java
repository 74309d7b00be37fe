/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.Metrics;
import dev.observe.Observe;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.exposition.PageOwner;
import dev.observe.servlet.internal.ServletPageExchange;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Serves the metrics page on the application's own port, where a port apart is not wanted.
 *
 * <p>Whoever reaches the application then reaches the metrics: put it behind the application's
 * access control. From {@code web.xml} it is made without arguments and serves what {@link
 * Observe#initMetrics} has started, or else the default registry.
 *
 * <p>Used by any number of threads.
 *
 * @since 0.1
 */
public final class MetricsServlet extends HttpServlet {
  /** Where an application's own metrics are found, when the filter has started them. */
  public static final String ATTRIBUTE = "dev.observe.metrics";

  private static final long serialVersionUID = 1L;

  private transient volatile @Nullable MetricsPage page;

  /** Whether the page was made here, and so is closed here. */
  private transient boolean own;

  /** For {@code web.xml}; use {@code create} from code. */
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
