/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.support;

import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import java.net.BindException;
import java.net.URI;
import java.util.Map;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/**
 * A Tomcat on the loopback address with one filter before some servlets.
 *
 * <p>This class does not depend on observe: it only registers the filter.
 *
 * @since 0.1
 */
public final class WebServer implements AutoCloseable {
  /** Held here because the logging system refers to loggers weakly. */
  private static final Logger TOMCAT_LOG = Logger.getLogger("org.apache");

  private final Tomcat tomcat;
  private final TemporaryFolder workFolder;
  private boolean closed;

  private WebServer(Tomcat tomcat, TemporaryFolder workFolder) {
    this.tomcat = tomcat;
    this.workFolder = workFolder;
  }

  /**
   * Starts a server.
   *
   * @param name the name of the server in messages
   * @param port the port, or 0 for any free port
   * @param portProperty the system property that the message names when the port is taken
   * @param filter the filter that every request passes first
   * @param servlets the servlets by their URL pattern
   * @throws IllegalStateException if the server cannot start, for example because the port is taken
   */
  public static WebServer start(
      String name,
      int port,
      String portProperty,
      Filter filter,
      Map<String, ? extends Servlet> servlets) {
    // The terminal shows the traces, with the failures of servlets, so Tomcat's log is switched
    // off. A level does not suffice: Tomcat sets one for each application.
    TOMCAT_LOG.setUseParentHandlers(false);
    Tomcat tomcat = new Tomcat();
    WebServer server = new WebServer(tomcat, TemporaryFolder.create());
    // Tomcat recreates the first base folder of the process, so it cannot be the work folder.
    tomcat.setBaseDir(System.getProperty("java.io.tmpdir"));
    // Two servers in one process need different names.
    tomcat.getEngine().setName(name);
    Connector connector = new Connector();
    connector.setPort(port);
    connector.setProperty("address", "127.0.0.1");
    // Otherwise Tomcat logs that the port is taken, and starts without one.
    connector.setThrowOnFailure(true);
    tomcat.setConnector(connector);
    StandardContext context = (StandardContext) tomcat.addContext("", null);
    context.setWorkDir(server.workFolder.path().toString());
    addFilter(context, filter);
    servlets.forEach((pattern, servlet) -> addServlet(context, pattern, servlet));
    try {
      tomcat.start();
      return server;
    } catch (LifecycleException e) {
      server.close();
      if (isPortTaken(e)) {
        throw new IllegalStateException(
            "port %d for the %s server is taken; choose another with -D%s=PORT, or 0 for any"
                .formatted(port, name, portProperty),
            e);
      }
      throw new IllegalStateException("the " + name + " server did not start: " + e, e);
    }
  }

  /** Returns the URL of the server, without a slash at the end. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort());
  }

  /** Waits until the server is closed. */
  public void await() {
    tomcat.getServer().await();
  }

  /** Stops the server after the active requests; does nothing the second time. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException e) {
      throw new IllegalStateException("the server did not stop: " + e, e);
    } finally {
      workFolder.close();
    }
  }

  private static void addFilter(Context context, Filter filter) {
    FilterDef definition = new FilterDef();
    definition.setFilterName("observe");
    definition.setFilter(filter);
    definition.setAsyncSupported("true");
    context.addFilterDef(definition);
    FilterMap everything = new FilterMap();
    everything.setFilterName("observe");
    everything.addURLPattern("/*");
    context.addFilterMap(everything);
  }

  private static void addServlet(Context context, String pattern, Servlet servlet) {
    Wrapper wrapper = Tomcat.addServlet(context, pattern, servlet);
    wrapper.setAsyncSupported(true);
    wrapper.addMapping(pattern);
  }

  private static boolean isPortTaken(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return true;
      }
    }
    return false;
  }
}
