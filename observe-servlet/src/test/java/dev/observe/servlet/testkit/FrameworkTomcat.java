/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.testkit;

import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;

/** A Tomcat with an application of a framework. */
public final class FrameworkTomcat implements AutoCloseable {
  private final Tomcat tomcat = new Tomcat();

  /**
   * Starts an application.
   *
   * @param initialiser adds its filters and servlets
   */
  public FrameworkTomcat(String contextPath, Consumer<ServletContext> initialiser) {
    try {
      tomcat.setBaseDir(Files.createTempDirectory("observe-tomcat").toString());
      tomcat.setPort(0);
      tomcat.getConnector();
      Context application = tomcat.addContext(contextPath, null);
      Tomcat.addServlet(application, "default", new DefaultServlet()).addMapping("/");
      application.addServletContainerInitializer(
          (types, context) -> initialiser.accept(context), Set.of());
      tomcat.start();
      if (!application.getState().isAvailable()) {
        throw new IllegalStateException("the application does not start");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (LifecycleException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the port of the server. */
  public int port() {
    return tomcat.getConnector().getLocalPort();
  }

  @Override
  public void close() {
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException e) {
      throw new IllegalStateException(e);
    }
  }
}
