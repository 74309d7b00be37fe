/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.scan.StandardJarScanner;

/** A Tomcat on a free port, for the deployment of WARs. */
final class WarServer implements AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Tomcat tomcat = new Tomcat();

  /** A server whose applications see the classes of this test. */
  WarServer(Path base) throws LifecycleException {
    this(base, WarServer.class.getClassLoader());
  }

  WarServer(Path base, ClassLoader shared) throws LifecycleException {
    tomcat.setBaseDir(base.toString());
    tomcat.setPort(0);
    tomcat.setAddDefaultWebXmlToWebapp(false);
    tomcat.getConnector();
    // Tomcat's background thread may run in an application at its end, and would be reported as
    // the application's.
    tomcat.getEngine().setBackgroundProcessorDelay(-1);
    tomcat.getHost().setParentClassLoader(shared);
    tomcat.start();
  }

  /** Deploys a WAR; the state of the context is the result. */
  Context deploy(String contextPath, WarFolder war) {
    return tomcat.addWebapp(
        tomcat.getHost(), contextPath, war.path().toString(), new WithoutScan());
  }

  void undeploy(Context context) {
    tomcat.getHost().removeChild(context);
  }

  void undeploy(String contextPath) {
    tomcat.getHost().removeChild(tomcat.getHost().findChild(contextPath));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return get(port(), path);
  }

  int port() {
    return tomcat.getConnector().getLocalPort();
  }

  static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
        BodyHandlers.ofString());
  }

  /** Returns a page as soon as it is served, within the second that a change of the port takes. */
  static String eventually(int port, String path) {
    return await()
        .atMost(Duration.ofSeconds(1))
        .ignoreExceptionsMatching(IOException.class::isInstance)
        .until(() -> get(port, path), response -> response.statusCode() == 200)
        .body();
  }

  /** Returns a free port. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Skips the search for web fragments, which the class path of the test does not have. */
  private static final class WithoutScan extends ContextConfig {
    @Override
    protected synchronized void init() {
      super.init();
      StandardJarScanner scanner = new StandardJarScanner();
      scanner.setScanClassPath(false);
      context.setJarScanner(scanner);
    }
  }

  @Override
  public void close() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
  }
}
