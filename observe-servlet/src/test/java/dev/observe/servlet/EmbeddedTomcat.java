/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.apache.jasper.servlet.JasperInitializer;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.jspecify.annotations.Nullable;

/** A real Tomcat with one application, for tests that need no other container. */
final class EmbeddedTomcat implements AutoCloseable {
  private final Tomcat tomcat = new Tomcat();
  private final String contextPath;
  private final Context application;

  EmbeddedTomcat(String contextPath) {
    this(contextPath, null);
  }

  /** An application with files. */
  EmbeddedTomcat(String contextPath, @Nullable Path files) {
    this.contextPath = contextPath;
    try {
      tomcat.setBaseDir(Files.createTempDirectory("observe-tomcat").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    application = tomcat.addContext(contextPath, files == null ? null : files.toString());
    tomcat.getConnector().setPort(0);
    // Large, so that the limits of observe are tested and not those of Tomcat.
    tomcat.getConnector().setProperty("maxHttpHeaderSize", "65536");
  }

  EmbeddedTomcat initialise(Consumer<ServletContext> initialiser) {
    application.addServletContainerInitializer(
        (types, context) -> initialiser.accept(context), Set.of());
    return this;
  }

  EmbeddedTomcat servlet(Servlet servlet, String... mappings) {
    String name = servlet.getClass().getName() + mappings[0];
    for (String mapping : mappings) {
      Tomcat.addServlet(application, name + mapping, servlet).addMapping(mapping);
    }
    return this;
  }

  /** Adds the servlets for files and JSPs, as every WAR has them. */
  EmbeddedTomcat webDefaults() {
    Tomcat.initWebappDefaults(application);
    application.addServletContainerInitializer(new JasperInitializer(), null);
    return this;
  }

  /** Sets the page for all errors. */
  EmbeddedTomcat errorPage(String location) {
    ErrorPage page = new ErrorPage();
    page.setLocation(location);
    application.addErrorPage(page);
    return this;
  }

  EmbeddedTomcat start() {
    try {
      tomcat.start();
      return this;
    } catch (LifecycleException e) {
      throw new IllegalStateException(e);
    }
  }

  int port() {
    return tomcat.getConnector().getLocalPort();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + contextPath + path);
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
