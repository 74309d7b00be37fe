/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import jakarta.servlet.ServletContext;
import org.jspecify.annotations.Nullable;

/** The state that all filters and servlets of one application share. */
final class ApplicationState {
  private static final String ATTRIBUTE = "dev.observe.application";

  /** The request attribute of requests that are only counted. */
  final MetricsOnlyRequest counted = new MetricsOnlyRequest(null, this);

  /**
   * Whether JAX-RS or a dispatch has replaced {@link #counted} in a request by one with a route.
   * Not volatile: the thread that reads it for a request has set it in that request.
   */
  boolean replacesCounted;

  /**
   * How many make spans. While any does, a request that is counted may reach it further in, where
   * it needs an exchange to join.
   */
  private volatile int tracing;

  final FrameworkRouters frameworks;
  final StartLog startLog = new StartLog();

  private ApplicationState(FrameworkRouters frameworks) {
    this.frameworks = frameworks;
  }

  /** Returns the state of an application, created on first use; null for none known. */
  static ApplicationState of(@Nullable ServletContext application) {
    if (application == null) {
      return new ApplicationState(FrameworkRouters.UNKNOWN);
    }
    synchronized (ApplicationState.class) {
      if (application.getAttribute(ATTRIBUTE) instanceof ApplicationState known) {
        return known;
      }
      ApplicationState created = new ApplicationState(FrameworkRouters.of(application));
      application.setAttribute(ATTRIBUTE, created);
      return created;
    }
  }

  boolean isTraced() {
    return tracing > 0;
  }

  synchronized void startTracing() {
    tracing++;
  }

  synchronized void stopTracing() {
    tracing--;
  }
}
