/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.Observe;
import dev.observe.servlet.MetricsServlet;
import dev.observe.servlet.contract.JettyCore;
import dev.observe.servlet.internal.ObserveInitializer;
import dev.observe.testkit.OtlpReceiver;
import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ListenerInfo;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import java.net.InetSocketAddress;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Automatic registration in containers other than Tomcat. */
@Tag("javax")
class OtherContainersIT {
  private final CapturedLogs logs = new CapturedLogs();
  private final OtlpReceiver receiver = OtlpReceiver.start();

  @AfterEach
  void cleanUp() {
    receiver.close();
    logs.close();
    assertThat(Observe.currentTracing()).isEmpty();
    assertThat(Observe.currentMetrics()).isEmpty();
  }

  @Test
  void deploy_jettyWithJarAlone_observes() throws Exception {
    onJetty(false);

    assertThat(receiver.spans()).singleElement().matches(s -> s.serviceName().equals("The Shop"));
  }

  @Test
  void deploy_jettyListenerAddsFilter_observesOnceByIt() throws Exception {
    onJetty(true);

    assertThat(receiver.spans()).singleElement().matches(s -> s.serviceName().equals("by hand"));
  }

  @Test
  void deploy_undertowWithJarAlone_observes() throws Exception {
    onUndertow(false);

    assertThat(receiver.spans()).singleElement().matches(s -> s.serviceName().equals("The Shop"));
  }

  @Test
  void deploy_undertowListenerAddsFilter_observesOnceByIt() throws Exception {
    onUndertow(true);

    assertThat(receiver.spans()).singleElement().matches(s -> s.serviceName().equals("by hand"));
  }

  private void onJetty(boolean ownFilter) throws Exception {
    Server server = new Server();
    ServerConnector connector = new ServerConnector(server);
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler();
    context.setContextPath("/shop");
    context.setDisplayName("The Shop");
    context.setInitParameter(WarIT.ENDPOINT, receiver.endpoint());
    context.setInitParameter(WarIT.PORT, "0");
    context.addServlet(HelloServlet.class, "/hello");
    context.addServlet(MetricsServlet.class, "/metrics");
    context.addServletContainerInitializer(new ObserveInitializer());
    if (ownFilter) {
      context.addEventListener(new OwnFilterListener());
    }
    server.setHandler(JettyCore.handler(context));
    server.start();
    try {
      requestOnce(connector.getLocalPort());
    } finally {
      server.stop();
    }
  }

  private void onUndertow(boolean ownFilter) throws Exception {
    DeploymentInfo info =
        Servlets.deployment()
            .setClassLoader(getClass().getClassLoader())
            .setContextPath("/shop")
            .setDeploymentName("shop")
            .setDisplayName("The Shop")
            .addInitParameter(WarIT.ENDPOINT, receiver.endpoint())
            .addInitParameter(WarIT.PORT, "0")
            .addServlet(Servlets.servlet(HelloServlet.class).addMapping("/hello"))
            .addServlet(Servlets.servlet(MetricsServlet.class).addMapping("/metrics"))
            .addServletContainerInitializer(
                new ServletContainerInitializerInfo(ObserveInitializer.class, Set.of()));
    if (ownFilter) {
      info.addListener(new ListenerInfo(OwnFilterListener.class));
    }
    DeploymentManager manager = Servlets.newContainer().addDeployment(info);
    manager.deploy();
    Undertow undertow =
        Undertow.builder()
            .addHttpListener(0, "127.0.0.1")
            .setIoThreads(1)
            .setWorkerThreads(2)
            .setHandler(Handlers.path().addPrefixPath("/shop", manager.start()))
            .build();
    undertow.start();
    try {
      requestOnce(((InetSocketAddress) undertow.getListenerInfo().get(0).getAddress()).getPort());
    } finally {
      undertow.stop();
      manager.stop();
      manager.undeploy();
    }
  }

  private static void requestOnce(int port) throws Exception {
    assertThat(WarServer.get(port, "/shop/hello").body()).isEqualTo("hello");
    assertThat(WarServer.get(port, "/shop/metrics").body())
        .containsPattern("\nhttp_server_requests_total\\{.*} 1.0\n");
  }
}
