/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.observe.Observe;
import dev.observe.servlet.MetricsServlet;
import dev.observe.servlet.ObserveFilter;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.ReceivedSpan;
import io.opentelemetry.context.ContextStorage;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.catalina.Context;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that is redeployed leaves no object of observe in the server. */
class RedeployIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final CapturedLogs logs = new CapturedLogs();
  private final OtlpReceiver receiver = OtlpReceiver.start();
  @TempDir private Path folder;
  private Properties before = new Properties();
  private int port;
  private WarServer server;

  @BeforeEach
  void prepare() throws Exception {
    port = WarServer.freePort();
    before = (Properties) System.getProperties().clone();
    // Created now at the latest, so that the leak detector of this JVM's OpenTelemetry stays on.
    assertThat(ContextStorage.get()).isInstanceOf(AutoCloseable.class);
    // In a WAR, OpenTelemetry would start the thread of its leak detector, which never ends.
    System.clearProperty("io.opentelemetry.context.enableStrictContext");
  }

  @AfterEach
  void cleanUp() throws Exception {
    server.close();
    System.setProperties(before);
    receiver.close();
    logs.close();
  }

  private WarFolder war(String name) {
    return new WarFolder(folder.resolve(name))
        .servlet(HelloServlet.class, "/hello")
        .servlet(MetricsServlet.class, "/metrics")
        .param(WarIT.ENDPOINT, receiver.endpoint())
        .param(WarIT.PORT, port);
  }

  private WarFolder warWithJars(String name) throws Exception {
    return war(name).withJars(Observe.class, ObserveFilter.class).write();
  }

  @Test
  @Tag("short")
  void redeploy_sharedClasses_leavesNothing() throws Exception {
    redeployWithSharedClasses(10);
  }

  @Test
  @Tag("long")
  void redeploy_sharedClasses50Times_leavesNothing() throws Exception {
    redeployWithSharedClasses(50);
  }

  private void redeployWithSharedClasses(int times) throws Exception {
    server = new WarServer(folder.resolve("tomcat"));
    Context context = server.deploy("/shop", war("shop").write());
    List<WeakReference<?>> handles = new ArrayList<>();

    for (int i = 0; i < times; i++) {
      handles.add(new WeakReference<>(Observe.currentTracing().orElseThrow()));
      handles.add(new WeakReference<>(Observe.currentMetrics().orElseThrow()));
      assertThat(server.get("/shop/hello").body()).isEqualTo("hello");
      assertThat(WarServer.get(port, "/metrics").body())
          .contains("\nobserve_endpoint_up 1.0\n")
          .containsOnlyOnce("\nhttp_server_requests_total{");
      context.reload();
    }
    server.undeploy(context);

    assertNothingLeft();
    assertThat(receiver.spans()).hasSize(times);
    assertThat(PrometheusRegistry.defaultRegistry.scrape()).isEmpty();
    assertCollected(handles);
  }

  @Test
  @Tag("short")
  void redeploy_ownClasses_leavesNothing() throws Exception {
    redeployWithOwnClasses(10);
  }

  @Test
  @Tag("long")
  void redeploy_ownClasses50Times_leavesNothing() throws Exception {
    redeployWithOwnClasses(50);
  }

  private void redeployWithOwnClasses(int times) throws Exception {
    server = new WarServer(folder.resolve("tomcat"), new ServerClasses());
    WarFolder war = warWithJars("shop");
    List<WeakReference<?>> loaders = new ArrayList<>();

    for (int i = 0; i < times; i++) {
      loaders.add(deployAndUndeploy(war));
    }

    assertNothingLeft();
    assertThat(receiver.spans()).hasSize(times);
    assertCollected(loaders);
  }

  /** A separate method, so that no variable holds the application. */
  private WeakReference<ClassLoader> deployAndUndeploy(WarFolder war) throws Exception {
    Context context = server.deploy("/shop", war);
    ClassLoader loader = context.getLoader().getClassLoader();
    assertThat(loader.loadClass(Observe.class.getName())).isNotEqualTo(Observe.class);
    assertThat(server.get("/shop/hello").body()).isEqualTo("hello");
    assertThat(WarServer.get(port, "/metrics").body())
        .contains("\nobserve_endpoint_up 1.0\n")
        .containsOnlyOnce("\nhttp_server_requests_total{");
    server.undeploy(context);
    return new WeakReference<>(loader);
  }

  /** Spans that no collector takes are dropped after ten seconds, and the application with them. */
  @Test
  @Tag("long")
  void undeploy_collectorIsDown_leavesNothing() throws Exception {
    server = new WarServer(folder.resolve("tomcat"), new ServerClasses());
    receiver.close();

    WeakReference<?> loader = deployAndUndeploy(warWithJars("shop"));

    assertThat(receiver.spans()).isEmpty();
    assertNothingOurs();
    assertCollected(List.of(loader));
  }

  @Test
  void deploy_twoApplicationsWithOwnClasses_areIndependent() throws Exception {
    server = new WarServer(folder.resolve("tomcat"), new ServerClasses());
    Context shop = server.deploy("/shop", warWithJars("shop"));
    Context stock = server.deploy("/stock", warWithJars("stock"));

    server.get("/shop/hello");
    server.get("/stock/hello");
    String ofShop = server.get("/shop/metrics").body();
    String ofStock = server.get("/stock/metrics").body();
    server.undeploy(shop);
    server.undeploy(stock);

    assertThat(ofShop).contains("observe_endpoint_up 1.0", "http_route=\"/shop/hello\"");
    assertThat(ofShop).doesNotContain("/stock/hello");
    assertThat(ofStock).contains("observe_endpoint_up 1.0", "http_route=\"/stock/hello\"");
    assertThat(ofStock).doesNotContain("/shop/hello");
    assertThat(receiver.spans())
        .extracting(ReceivedSpan::serviceName)
        .containsExactlyInAnyOrder("shop", "stock");
    assertThat(logs.warnings()).isEmpty();
    assertNothingOurs();
  }

  @Test
  @Tag("short")
  void redeploy_twoApplicationsOnOnePort_leavesNothing() throws Exception {
    redeployTwoApplications(5);
  }

  @Test
  @Tag("long")
  void redeploy50Times_twoApplicationsOnOnePort_leavesNothing() throws Exception {
    redeployTwoApplications(50);
  }

  /** Redeploys each in turn, so that each joins the port of the other and takes it over. */
  private void redeployTwoApplications(int times) throws Exception {
    server = new WarServer(folder.resolve("tomcat"), new ServerClasses());
    List<WarFolder> wars = List.of(warWithJars("shop"), warWithJars("stock"));
    List<String> paths = List.of("/shop", "/stock");
    List<WeakReference<?>> loaders = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      deployAndKeep(paths.get(i), wars.get(i), loaders);
    }

    for (int i = 0; i < 2 * times; i++) {
      String path = paths.get(i % 2);
      String other = paths.get((i + 1) % 2);
      server.undeploy(path);
      assertThat(WarServer.eventually(port, "/metrics" + other))
          .contains("\nobserve_endpoint_up 1.0\n");
      deployAndKeep(path, wars.get(i % 2), loaders);
      assertThat(server.get(path + "/hello").body()).isEqualTo("hello");
      assertThat(WarServer.get(port, "/metrics" + path).body())
          .contains("\nobserve_endpoint_up 1.0\n")
          .containsOnlyOnce("\nhttp_server_requests_total{");
    }

    // While both still serve, nothing of their predecessors is left.
    assertCollected(loaders.subList(0, 2 * times));
    paths.forEach(server::undeploy);
    assertNothingLeft();
    assertThat(receiver.spans()).hasSize(2 * times);
    assertCollected(loaders);
  }

  private void deployAndKeep(String path, WarFolder war, List<WeakReference<?>> loaders) {
    Context context = server.deploy(path, war);
    loaders.add(new WeakReference<>(context.getLoader().getClassLoader()));
  }

  private void assertNothingLeft() {
    // Tomcat logs threads and thread locals that an application leaves.
    assertThat(logs.warnings()).isEmpty();
    assertNothingOurs();
    assertThatCode(() -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close())
        .as("port of the metrics")
        .doesNotThrowAnyException();
  }

  private static void assertCollected(List<WeakReference<?>> references) {
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(references.stream().filter(each -> each.get() != null).count()).isZero();
            });
  }

  private static void assertNothingOurs() {
    assertThat(Observe.currentTracing()).isEmpty();
    assertThat(Observe.currentMetrics()).isEmpty();
    // Threads that are ending may need a moment.
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(thread -> thread.getName())
                    .noneMatch(name -> name.startsWith("observe-")));
  }
}
