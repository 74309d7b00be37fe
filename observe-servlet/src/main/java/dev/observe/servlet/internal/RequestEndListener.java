/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;

/**
 * Hears of the end of a request after the container's error handling, which comes after the filters
 * and may change the status. Tomcat and Undertow call it then; Jetty calls it before, so that it
 * gains nothing there and does no harm.
 */
public final class RequestEndListener implements ServletRequestListener {
  private static final String ATTRIBUTE = "dev.observe.end";

  private RequestEndListener() {}

  /** Registers one for an application, unless there is one already or it is too late for it. */
  public static void register(ServletContext context) {
    if (isRegistered(context)) {
      return;
    }
    try {
      RequestEndListener end = new RequestEndListener();
      context.addListener(end);
      context.setAttribute(ATTRIBUTE, end);
    } catch (IllegalStateException | UnsupportedOperationException e) {
      // The application has started: statuses that error pages change are then seen unchanged.
    }
  }

  static boolean isRegistered(ServletContext context) {
    return context.getAttribute(ATTRIBUTE) != null;
  }

  @Override
  public void requestDestroyed(ServletRequestEvent event) {
    ServletExchange exchange = ServletExchange.of(event.getServletRequest());
    if (exchange != null) {
      exchange.requestEnded();
    }
  }
}
