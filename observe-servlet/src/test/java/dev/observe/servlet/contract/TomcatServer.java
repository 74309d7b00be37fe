/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.servlets.DefaultServlet;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.util.ServerInfo;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.catalina.webresources.StandardRoot;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.descriptor.web.ErrorPage;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/** Tomcat 9, 10.1 or 11, depending on the class path. */
final class TomcatServer extends TestServer {
  /** Runs the tasks of each second every 20 ms: one of them ends requests that timed out. */
  private static final ScheduledExecutorService QUICK =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread thread = new Thread(task, "tomcat-timeouts");
            thread.setDaemon(true);
            return thread;
          }) {
        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable task, long initialDelay, long period, TimeUnit unit) {
          boolean eachSecond = unit.toMillis(period) == 1_000;
          return eachSecond
              ? super.scheduleAtFixedRate(task, 20, 20, TimeUnit.MILLISECONDS)
              : super.scheduleAtFixedRate(task, initialDelay, period, unit);
        }
      };

  private final Tomcat tomcat = new Tomcat();

  TomcatServer(App app, boolean virtualThreads) {
    try {
      File base = Files.createTempDirectory("tomcat").toFile();
      base.deleteOnExit();
      tomcat.setBaseDir(base.getPath());
      tomcat.setConnector(new Connector(new QuickTimeouts()));
      configure(tomcat.getConnector(), app.headBytes);
      tomcat.getConnector().setProperty("useVirtualThreads", Boolean.toString(virtualThreads));
      ((StandardHost) tomcat.getHost()).setErrorReportValveClass(PlainErrorReport.class.getName());
      Context context = tomcat.addContext(app.contextPath, base.getPath());
      deploy(app, context);
      tomcat.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (LifecycleException e) {
      throw new IllegalStateException(e);
    }
  }

  static String version() {
    String number = ServerInfo.getServerNumber();
    return number.startsWith("10.1") ? "10.1" : number.substring(0, number.indexOf('.'));
  }

  private static void configure(Connector connector, int headBytes) {
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty("maxHttpRequestHeaderSize", Integer.toString(headBytes));
    connector.setProperty("maxConnections", Integer.toString(MAX_CONNECTIONS));
    connector.setProperty("maxKeepAliveRequests", "-1");
    connector.setProperty("acceptCount", "1000");
    connector.setProperty("connectionTimeout", "60000");
    connector.setAllowTrace(true);
    connector.addUpgradeProtocol(new Http2Protocol());
  }

  private static void deploy(App app, Context context) {
    // Tomcat waits for requests that timed out, whose ends it does not count.
    ((StandardContext) context).setUnloadDelay(100);
    StandardRoot files = new StandardRoot(context);
    // The cache keeps paths of missing files, which a test of the heap would attribute to observe.
    files.setCachingAllowed(false);
    context.setResources(files);
    boolean ownsDefault = app.servlets.stream().anyMatch(entry -> entry.patterns().contains("/"));
    if (!ownsDefault) {
      // An embedded context has no default servlet.
      Tomcat.addServlet(context, "default", new DefaultServlet());
      context.addServletMappingDecoded("/", "default");
    }
    for (App.ServletEntry entry : app.servlets) {
      // Not Tomcat.addServlet, whose wrapper responds to an UnavailableException with 200.
      Wrapper wrapper = context.createWrapper();
      wrapper.setName(entry.name());
      wrapper.setServlet(entry.servlet());
      wrapper.setServletClass(entry.servlet().getClass().getName());
      wrapper.setAsyncSupported(true);
      context.addChild(wrapper);
      entry.patterns().forEach(p -> context.addServletMappingDecoded(p, entry.name()));
    }
    for (App.FilterEntry entry : app.filters) {
      FilterDef definition = new FilterDef();
      definition.setFilterName(entry.name());
      definition.setFilter(entry.filter());
      definition.setAsyncSupported("true");
      context.addFilterDef(definition);
      FilterMap map = new FilterMap();
      map.setFilterName(entry.name());
      map.addURLPatternDecoded(entry.pattern());
      entry.types().forEach(type -> map.setDispatcher(type.name()));
      context.addFilterMap(map);
    }
    context.addServletContainerInitializer((types, started) -> app.onStart.accept(started), null);
    app.statusPages.forEach(
        (status, location) -> {
          ErrorPage page = new ErrorPage();
          page.setErrorCode(status);
          page.setLocation(location);
          context.addErrorPage(page);
        });
    app.exceptionPages.forEach(
        (type, location) -> {
          ErrorPage page = new ErrorPage();
          page.setExceptionType(type.getName());
          page.setLocation(location);
          context.addErrorPage(page);
        });
  }

  @Override
  int port() {
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

  /** Ends requests that timed out after 20 ms, instead of a second. */
  private static final class QuickTimeouts extends Http11NioProtocol {
    @Override
    public void setUtilityExecutor(ScheduledExecutorService executor) {
      super.setUtilityExecutor(QUICK);
    }
  }

  /** An error page without the stack trace, which contains every filter. */
  public static final class PlainErrorReport extends ErrorReportValve {
    public PlainErrorReport() {
      setShowReport(false);
    }
  }
}
