/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.OtlpReceiver;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.Context;
import org.eclipse.jetty.ee.webapp.WebAppClassLoader;
import org.eclipse.jetty.ee10.annotations.AnnotationConfiguration;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The zip for WARs that no build tool makes, in applications without code of observe. */
class WarLibsIT {
  private final CapturedLogs logs = new CapturedLogs();
  private final OtlpReceiver receiver = OtlpReceiver.start();
  @TempDir private Path folder;
  private int port;
  private List<Path> jars = List.of();

  @BeforeEach
  void unzip() throws IOException {
    port = WarServer.freePort();
    jars = BuiltFiles.unzipWarLibs(folder.resolve("libs"));
  }

  @AfterEach
  void cleanUp() {
    receiver.close();
    logs.close();
  }

  private WarFolder war() {
    return new WarFolder(folder.resolve("shop"))
        .servlet(HelloServlet.class, "/hello")
        .param(WarIT.ENDPOINT, receiver.endpoint())
        .param(WarIT.PORT, port);
  }

  private String metricsPage() throws Exception {
    return WarServer.get(port, "/metrics").body();
  }

  private void assertObserved(String page) {
    assertThat(page).containsPattern("\nhttp_server_requests_total\\{.*\"/shop/hello\".*} 1.0\n");
    assertThat(receiver.spans()).singleElement().matches(s -> s.name().equals("GET /shop/hello"));
    assertThat(logs.warnings()).isEmpty();
  }

  /** Neither optional dependencies nor what the container has. */
  @Test
  void zip_holdsTheRuntimeJarsAndNoOther() {
    assertThat(jars)
        .extracting(jar -> jar.getFileName().toString().replaceAll("-[0-9].*\\.jar$", ""))
        .containsExactlyInAnyOrder(
            "observe-core",
            "observe-servlet",
            "opentelemetry-api",
            "opentelemetry-common",
            "opentelemetry-context",
            "opentelemetry-exporter-common",
            "opentelemetry-exporter-otlp",
            "opentelemetry-exporter-otlp-common",
            "opentelemetry-exporter-sender-jdk",
            "opentelemetry-sdk",
            "opentelemetry-sdk-common",
            "opentelemetry-sdk-extension-autoconfigure",
            "opentelemetry-sdk-extension-autoconfigure-spi",
            "opentelemetry-sdk-logs",
            "opentelemetry-sdk-metrics",
            "opentelemetry-sdk-trace",
            "prometheus-metrics-config",
            "prometheus-metrics-core",
            "prometheus-metrics-exporter-common",
            "prometheus-metrics-exporter-httpserver",
            "prometheus-metrics-exposition-textformats",
            "prometheus-metrics-model",
            "prometheus-metrics-tracer-common",
            "prometheus-metrics-tracer-initializer");
  }

  @Test
  void deploy_jarsInTheWar_tomcatObserves() throws Exception {
    try (WarServer server = new WarServer(folder.resolve("tomcat"), new ServerClasses())) {
      Context context = server.deploy("/shop", war().withJars(jars).write());

      assertThat(server.get("/shop/hello").body()).isEqualTo("hello");
      String page = metricsPage();
      server.undeploy(context);

      assertObserved(page);
    }
  }

  @Test
  void deploy_jarsInTheLibOfTheContainer_tomcatObserves() throws Exception {
    try (URLClassLoader lib = new URLClassLoader(urls(jars), new ServerClasses());
        WarServer server = new WarServer(folder.resolve("tomcat"), lib)) {
      Context context = server.deploy("/shop", war().write());

      assertThat(server.get("/shop/hello").body()).isEqualTo("hello");
      String page = metricsPage();
      server.undeploy(context);

      assertObserved(page);
    }
  }

  @Test
  void deploy_jarsInTheWar_jettyObserves() throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    server.addConnector(connector);
    WebAppContext context = new WebAppContext();
    context.setContextPath("/shop");
    context.setClassLoader(new WebAppClassLoader(new ServerClasses(), context));
    context.setBaseResource(
        ResourceFactory.of(context).newResource(war().withJars(jars).write().path()));
    // By the module ee10-annotations in a Jetty that is not embedded.
    context.addConfiguration(new AnnotationConfiguration());
    server.setHandler(context);
    server.start();
    String page;
    try {
      assertThat(WarServer.get(connector.getLocalPort(), "/shop/hello").body()).isEqualTo("hello");
      page = metricsPage();
    } finally {
      server.stop();
    }

    assertObserved(page);
  }

  private static URL[] urls(List<Path> files) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (Path file : files) {
      urls.add(file.toUri().toURL());
    }
    return urls.toArray(URL[]::new);
  }
}
