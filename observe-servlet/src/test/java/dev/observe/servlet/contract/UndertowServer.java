/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.Version;
import io.undertow.server.HttpHandler;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ErrorPage;
import io.undertow.servlet.api.FilterInfo;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.servlet.api.ServletInfo;
import io.undertow.servlet.api.ServletStackTraces;
import io.undertow.servlet.util.ImmediateInstanceFactory;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletException;
import java.net.InetSocketAddress;
import java.util.Set;

/** Undertow 2.3, or 2.2 in the run for javax.servlet. */
final class UndertowServer extends TestServer {
  private final DeploymentManager manager;
  private final Undertow undertow;

  UndertowServer(App app) {
    manager = Servlets.newContainer().addDeployment(deployment(app));
    manager.deploy();
    try {
      HttpHandler handler = manager.start();
      undertow =
          Undertow.builder()
              .addHttpListener(0, "127.0.0.1")
              .setIoThreads(2)
              .setWorkerThreads(32)
              .setServerOption(UndertowOptions.ENABLE_HTTP2, true)
              .setServerOption(UndertowOptions.MAX_HEADER_SIZE, app.headBytes)
              .setHandler(
                  app.contextPath.isEmpty()
                      ? handler
                      : Handlers.path().addPrefixPath(app.contextPath, handler))
              .build();
    } catch (ServletException e) {
      throw new IllegalStateException(e);
    }
    undertow.start();
  }

  static String title() {
    return "Undertow " + Version.getVersionString().substring(0, 3);
  }

  private static DeploymentInfo deployment(App app) {
    DeploymentInfo info =
        Servlets.deployment()
            .setClassLoader(UndertowServer.class.getClassLoader())
            .setContextPath(app.contextPath.isEmpty() ? "/" : app.contextPath)
            .setDeploymentName("contract")
            // Without the stack trace, which contains every filter.
            .setServletStackTraces(ServletStackTraces.NONE);
    for (App.ServletEntry entry : app.servlets) {
      info.addServlet(
          new ServletInfo(
                  entry.name(),
                  entry.servlet().getClass(),
                  new ImmediateInstanceFactory<>(entry.servlet()))
              .setAsyncSupported(true)
              .addMappings(entry.patterns()));
    }
    for (App.FilterEntry entry : app.filters) {
      info.addFilter(
          new FilterInfo(
                  entry.name(),
                  entry.filter().getClass(),
                  new ImmediateInstanceFactory<>(entry.filter()))
              .setAsyncSupported(true));
      entry.types().forEach(t -> info.addFilterUrlMapping(entry.name(), entry.pattern(), t));
    }
    ServletContainerInitializer initializer = (types, started) -> app.onStart.accept(started);
    info.addServletContainerInitializer(
        new ServletContainerInitializerInfo(
            initializer.getClass(), new ImmediateInstanceFactory<>(initializer), Set.of()));
    app.statusPages.forEach((status, page) -> info.addErrorPage(new ErrorPage(page, status)));
    app.exceptionPages.forEach((type, page) -> info.addErrorPage(new ErrorPage(page, type)));
    return info;
  }

  @Override
  int port() {
    return ((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort();
  }

  @Override
  public void close() {
    try {
      manager.stop();
      manager.undeploy();
    } catch (ServletException e) {
      throw new IllegalStateException(e);
    } finally {
      undertow.stop();
    }
  }
}
