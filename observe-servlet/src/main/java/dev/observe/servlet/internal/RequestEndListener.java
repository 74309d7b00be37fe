/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.internal;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRequestEvent;
import jakarta.servlet.ServletRequestListener;

/**
 * Ends an exchange after the container's error handling, which follows the filters and may change
 * the status. Tomcat and Undertow call it then. Jetty calls it before, where it changes nothing.
 */
final class RequestEndListener implements ServletRequestListener {
  private static final String ATTRIBUTE = "dev.observe.end";

  private RequestEndListener() {}

  /** Registers one for an application, unless it has one or has started already. */
  static void register(ServletContext context) {
    if (isRegistered(context)) {
      return;
    }
    try {
      RequestEndListener end = new RequestEndListener();
      context.addListener(end);
      context.setAttribute(ATTRIBUTE, end);
    } catch (IllegalStateException | UnsupportedOperationException e) {
      // The application has started: statuses are recorded as they were before the error pages.
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
