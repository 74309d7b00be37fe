/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import io.prometheus.metrics.exporter.common.PrometheusHttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * Has a metrics page. The OpenTelemetry of a metrics handle implements this, so that the servlet
 * and the test support find the page without a public method for it.
 */
public interface PageOwner {
  /** The live page, which answers all paths below {@code /live/}. */
  interface Live extends ApplicationPages.Handler {
    /** Returns the query that opens the page; empty if the settings have credentials. */
    String query();

    /** Returns whether the {@code Host} of a request is accepted. */
    boolean allowsHost(PrometheusHttpRequest request);
  }

  /** Returns the page. */
  MetricsPage page();

  /** Returns the live page, or null without one. */
  @Nullable Live live();

  /**
   * Returns the page of the OpenTelemetry of a metrics handle.
   *
   * @throws ClassCastException if the object has another origin
   */
  static MetricsPage pageOf(Object handlesOpenTelemetry) {
    return ((PageOwner) handlesOpenTelemetry).page();
  }

  /**
   * Returns the live page of the OpenTelemetry of a metrics handle, or null without one.
   *
   * @throws ClassCastException if the object has another origin
   */
  static @Nullable Live liveOf(Object handlesOpenTelemetry) {
    return ((PageOwner) handlesOpenTelemetry).live();
  }
}
