/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.context.ContextStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The application that owns a shared metrics port starts, refuses others, and ends. */
class SharedPortOwnerTest extends SharedPortFixture {
  private static final String STRICT = "io.opentelemetry.context.enableStrictContext";

  @Test
  void close_ofTheOwner_anotherServesWithinASecond() throws IOException {
    Path file = folder.resolve("stock.json");
    Metrics shop = start("shop");
    Metrics stock = start(builder("stock").property("observe.discovery.file", file.toString()));
    String target = Files.readString(file);

    shop.close();

    await()
        .atMost(SOON)
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(get("/metrics").text()).contains("\ncalls_of_stock_total 1.0\n"));
    assertThat(get("/metrics/stock").text()).contains("\nobserve_endpoint_up 1.0\n");
    assertThat(stock.uri()).hasToString("http://127.0.0.1:" + port + "/metrics");
    assertThat(file).hasContent(target.strip());
    assertThat(logged(Level.INFO))
        .last()
        .isEqualTo("Service 'stock' serves the metrics port " + port + " now.");
    assertThat(logged(Level.WARNING)).isEmpty();
  }

  @Test
  void start_manyAtOnce_allAreServed() throws Exception {
    List<Callable<Metrics>> tasks = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String service = "app" + i;
      tasks.add(() -> builder(service).start());
    }
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());

    for (Future<Metrics> each : threads.invokeAll(tasks)) {
      started.add(each.get());
    }

    threads.shutdown();
    assertThat(get("/metrics").text().lines()).hasSize(tasks.size() + 1);
    for (int i = 0; i < tasks.size(); i++) {
      assertThat(get("/metrics/app" + i).status()).isEqualTo(200);
    }
  }

  @Test
  void close_inAnyOrder_theOthersStayReachable() throws Exception {
    Random random = new Random(13);
    List<Metrics> running = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      running.add(start("app" + i));
    }

    for (int round = 0; round < 30; round++) {
      Metrics ending = running.remove(random.nextInt(running.size()));
      ending.close();
      running.add(start(ending.serviceName()));

      await()
          .atMost(SOON)
          .ignoreExceptions()
          .until(() -> get("/metrics").text().lines().count() == running.size() + 1);
      for (Metrics each : running) {
        assertThat(get("/metrics/" + each.serviceName()).text())
            .contains("\ncalls_of_" + each.serviceName() + "_total 1.0\n");
      }
    }
    assertThat(logged(Level.WARNING)).isEmpty();
  }

  @Test
  void start_portOfAnotherProgram_failsAtOnce() throws IOException {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(taken.isBound()).isTrue();
      long before = System.nanoTime();

      assertThatThrownBy(() -> start("shop"))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(": Address already in use. Choose another port");

      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SOON);
    }
  }

  @Test
  void start_refusedAndPortInUseIgnored_waitsForThePort() throws IOException {
    Metrics shop = start("shop");
    Metrics stock =
        start(builder("stock").property("observe.metrics.bearer-token", "t0ken").ignorePortInUse());

    assertThat(logged(Level.WARNING))
        .singleElement()
        .asString()
        .contains("service 'shop' of this JVM", "observe.metrics.bearer-token", "'stock'")
        .endsWith("OTEL_EXPORTER_PROMETHEUS_PORT. Starting without the endpoint.");
    assertThat(get("/metrics/stock").status()).isEqualTo(404);
    assertThatThrownBy(stock::uri).isInstanceOf(IllegalStateException.class);

    shop.close();

    await().atMost(SOON).ignoreExceptions().until(() -> get("/metrics").status() == 401);
    assertThat(get("/metrics", "Authorization: Bearer t0ken").text())
        .contains("\ncalls_of_stock_total 1.0\n", "\nobserve_endpoint_up 1.0\n");
  }

  @Test
  void page_ofAnotherClassLoader_isServed() throws Exception {
    start("shop");
    try (URLClassLoader loader = PortApplication.newLoader();
        AutoCloseable stock = PortApplication.start(loader, "stock", port)) {
      assertThat(stock.getClass()).isNotEqualTo(PortApplication.class);
      assertThat(get("/metrics/stock").text()).contains("service_name=\"stock\"");
      assertThat(get("/metrics/shop").text()).contains("\ncalls_of_shop_total 1.0\n");
      assertThat(get("/report/stock").text()).contains("observe_endpoint_up");
      assertThat(get("/readyz").status()).isEqualTo(200);
      assertThat(get("/sd").text()).contains("/metrics/stock", "/metrics/shop");
    }
    assertThat(get("/metrics").text()).contains("\ncalls_of_shop_total 1.0\n");
  }

  @Test
  @Tag("short")
  void redeploy_ofOwnerAndGuest_leavesNoClassLoader() throws Exception {
    redeploy(5);
  }

  @Test
  @Tag("long")
  void redeploy50Times_ofOwnerAndGuest_leavesNoClassLoader() throws Exception {
    redeploy(50);
  }

  /** Replaces the older of two applications, so that each is a guest first and then the owner. */
  private void redeploy(int times) throws Exception {
    // Created now at the latest, so that the leak detector of this JVM's OpenTelemetry stays on. In
    // another class loader, OpenTelemetry would start the thread of its leak detector, which never
    // ends.
    assertThat(ContextStorage.get()).isInstanceOf(AutoCloseable.class);
    String before = System.clearProperty(STRICT);
    try {
      redeployWithoutLeakDetector(times);
    } finally {
      System.setProperty(STRICT, String.valueOf(before));
    }
  }

  private void redeployWithoutLeakDetector(int times) throws Exception {
    List<WeakReference<?>> loaders = new ArrayList<>();
    List<AutoCloseable> running = new ArrayList<>();
    running.add(startInNewLoader("app0", loaders));
    for (int i = 1; i <= times; i++) {
      running.add(startInNewLoader("app" + i, loaders));
      assertThat(get("/metrics/app" + i).text()).contains("service_name=\"app" + i + "\"");
      running.remove(0).close();
      String path = "/metrics/app" + i;
      await().atMost(SOON).ignoreExceptions().until(() -> get(path).status() == 200);
      assertThat(get("/report/app" + i).status()).isEqualTo(200);
    }

    // The last application still serves: it must hold nothing of the others.
    loaders.remove(loaders.size() - 1);
    assertCollected(loaders);
    running.remove(0).close();
  }

  private AutoCloseable startInNewLoader(String service, List<WeakReference<?>> loaders)
      throws Exception {
    URLClassLoader loader = PortApplication.newLoader();
    loaders.add(new WeakReference<>(loader));
    return PortApplication.start(loader, service, port);
  }

  private static void assertCollected(List<WeakReference<?>> references) {
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              System.gc();
              assertThat(references.stream().filter(each -> each.get() != null).count()).isZero();
            });
  }
}
