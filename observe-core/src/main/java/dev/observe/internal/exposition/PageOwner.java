/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

/**
 * Has a metrics page. The OpenTelemetry of a metrics handle implements this, so that the servlet
 * and the test support find the page without a public method for it.
 */
public interface PageOwner {
  /** Returns the page. */
  MetricsPage page();

  /**
   * Returns the page of the OpenTelemetry of a metrics handle.
   *
   * @throws ClassCastException if the object has another origin
   */
  static MetricsPage pageOf(Object handlesOpenTelemetry) {
    return ((PageOwner) handlesOpenTelemetry).page();
  }
}
