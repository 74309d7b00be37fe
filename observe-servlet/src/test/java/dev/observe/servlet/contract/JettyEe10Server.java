/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.eclipse.jetty.ee10.servlet.ErrorPageErrorHandler;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;

/** Jetty 12.1 with its Jakarta EE 10 servlets, or those of EE 8 in the run for javax.servlet. */
final class JettyEe10Server extends JettyServer {
  JettyEe10Server(App app, boolean virtualThreads) {
    super(JettyCore.handler(handler(app)), app, virtualThreads);
  }

  static String title() {
    return "Jetty 12.1 "
        + ServletContextHandler.class.getPackageName().replaceAll(".*(ee\\d+).*", "$1");
  }

  private static ServletContextHandler handler(App app) {
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath(app.contextPath.isEmpty() ? "/" : app.contextPath);
    for (App.ServletEntry entry : app.servlets) {
      ServletHolder holder = new ServletHolder(entry.name(), entry.servlet());
      holder.setAsyncSupported(true);
      entry.patterns().forEach(pattern -> context.addServlet(holder, pattern));
    }
    for (App.FilterEntry entry : app.filters) {
      FilterHolder holder = new FilterHolder(entry.filter());
      holder.setName(entry.name());
      holder.setAsyncSupported(true);
      EnumSet<DispatcherType> types = EnumSet.copyOf(entry.types());
      context.addFilter(holder, entry.pattern(), types);
    }
    context.addServletContainerInitializer((types, started) -> app.onStart.accept(started));
    ErrorPageErrorHandler errors = new ErrorPageErrorHandler();
    // Without the stack trace, which contains every filter.
    errors.setShowStacks(false);
    // It contains an identity hash code; Jakarta EE 8 has the second one.
    JettyCore.set(errors, "setShowOrigin", false);
    JettyCore.set(errors, "setShowServlet", false);
    app.statusPages.forEach(errors::addErrorPage);
    app.exceptionPages.forEach(errors::addErrorPage);
    JettyCore.set(context, "setErrorHandler", errors);
    return context;
  }
}
