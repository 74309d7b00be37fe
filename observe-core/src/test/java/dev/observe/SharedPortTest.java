/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.internal.server.CapturedLog;
import dev.observe.internal.server.Reply;
import dev.observe.internal.server.SharedPort;
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
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The applications of one JVM share a metrics port. */
class SharedPortTest {
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(60);

  private static final String STRICT = "io.opentelemetry.context.enableStrictContext";

  private final List<AutoCloseable> started = new ArrayList<>();
  private final CapturedLog log = new CapturedLog(SharedPort.class);
  @TempDir private Path folder;
  private int port;

  @BeforeEach
  void findPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : started) {
      each.close();
    }
    log.close();
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("observe-endpoint-" + port)));
  }

  private MetricsBuilder builder(String service) {
    return Metrics.builder(service).disableGlobal().disableJvmMetrics().port(port);
  }

  private Metrics start(MetricsBuilder builder) {
    Metrics metrics = builder.start();
    started.add(metrics);
    metrics.counter("calls_of_" + metrics.serviceName().replaceAll("\\W", "_")).inc();
    return metrics;
  }

  private Metrics start(String service) {
    return start(builder(service));
  }

  private Reply get(String path, String... headers) throws IOException {
    return Reply.get(port, path, headers);
  }

  private List<String> logged(Level level) {
    return log.records().stream()
        .filter(line -> line.getLevel().equals(level))
        .map((LogRecord line) -> new SimpleFormatter().formatMessage(line))
        .toList();
  }

  private String page(String service) {
    return "http://127.0.0.1:" + port + "/metrics/" + service;
  }

  @Test
  void page_oneApplication_isAtBothPaths() throws IOException {
    Metrics shop = start("shop");

    assertThat(shop.uri()).hasToString("http://127.0.0.1:" + port + "/metrics");
    assertThat(get("/metrics").text()).contains("\ncalls_of_shop_total 1.0\n");
    assertThat(get("/metrics/shop").text()).contains("\ncalls_of_shop_total 1.0\n");
    assertThat(get("/metrics/stock").status()).isEqualTo(404);
    assertThat(get("/shop").status()).isEqualTo(404);
    assertThat(get("/sd").text()).contains("\"__metrics_path__\":\"/metrics/shop\"");
  }

  @Test
  void pages_twoApplications_eachHasItsOwn() throws IOException {
    Metrics shop = start("shop");
    Metrics stock = start("The Stock");

    assertThat(shop.uri()).hasToString(page("shop"));
    assertThat(stock.uri()).hasToString(page("The-Stock"));
    assertThat(get("/metrics/shop").text())
        .contains("\ncalls_of_shop_total 1.0\n", "\nobserve_endpoint_up 1.0\n")
        .doesNotContain("calls_of_The_Stock");
    assertThat(get("/metrics/The-Stock").text())
        .contains("\ncalls_of_The_Stock_total 1.0\n", "\nobserve_endpoint_up 1.0\n")
        .doesNotContain("calls_of_shop");
    assertThat(get("/report/shop").text()).contains("calls_of_shop");
    assertThat(get("/version/The-Stock").text()).contains("\"service\":\"The Stock\"");
    assertThat(logged(Level.INFO))
        .containsExactly(
            "The metrics of service 'The Stock' are at "
                + page("The-Stock")
                + ", on the port of service 'shop'. With several applications, /metrics only lists"
                + " the page of each, and /sd their scrape targets.");
  }

  /** A scraper of /metrics must not take one application for another, nor get an empty page. */
  @Test
  void metrics_twoApplications_listsThePages() throws IOException {
    start("shop");
    Metrics stock = start("stock");

    Reply list = get("/metrics");
    Reply report = get("/report");
    stock.close();

    assertThat(list.statusLine()).isEqualTo("HTTP/1.1 300 Multiple Choices");
    assertThat(list.text())
        .isEqualTo("This port serves several applications:\n/metrics/shop\n/metrics/stock\n");
    assertThat(report.status()).isEqualTo(300);
    assertThat(get("/metrics").text()).contains("\ncalls_of_shop_total 1.0\n");
    assertThat(get("/metrics/stock").status()).isEqualTo(404);
  }

  /** The request crosses class loaders as a map: nothing of it may be lost. */
  @Test
  void page_ofAGuest_getsQueryAndHeadersOfTheRequest() throws IOException {
    start("shop");
    start("stock");

    Reply filtered = get("/metrics/stock?name[]=calls_of_stock_total");
    Reply open = get("/metrics/stock", "Accept: application/openmetrics-text; version=1.0.0");
    Reply zipped = get("/metrics/stock", "Accept-Encoding: gzip");
    Reply invalid = get("/report/stock?name[]=%");

    assertThat(filtered.text().lines().filter(line -> !line.startsWith("#")))
        .containsExactly("calls_of_stock_total 1.0");
    assertThat(open.text()).endsWith("# EOF\n");
    assertThat(zipped.header("content-encoding")).isEqualTo("gzip");
    assertThat(invalid.status()).isEqualTo(400);
  }

  @Test
  void sd_twoApplications_hasATargetForEachAndTheFleetOnce() throws IOException {
    start(builder("shop").property("observe.discovery.fleet", "other:2112"));
    start(builder("stock").property("observe.discovery.fleet", "other:2112"));

    assertThat(get("/sd").text())
        .isEqualTo(
            ("[{'targets':['127.0.0.1:PORT'],'labels':{'__metrics_path__':'/metrics/shop',"
                    + "'__scheme__':'http','service_name':'shop'}},"
                    + "{'targets':['other:2112'],'labels':{}},"
                    + "{'targets':['127.0.0.1:PORT'],'labels':{'__metrics_path__':'/metrics/stock',"
                    + "'__scheme__':'http','service_name':'stock'}}]\n")
                .replace('\'', '"')
                .replace("PORT", String.valueOf(port)));
  }

  /** A probe of the process must see every application. */
  @Test
  void health_twoApplications_isDownIfOneIs() throws IOException {
    start("shop");
    Metrics stock = start("stock");

    Reply up = get("/readyz");
    stock.addReadinessCheck(
        "database",
        Duration.ofSeconds(5),
        () -> {
          throw new IllegalStateException("gone");
        });
    Reply down = get("/readyz");

    assertThat(up.status()).isEqualTo(200);
    assertThat(up.text()).startsWith("{\"status\":\"up\",\"applications\":{\"shop\":{\"status\"");
    assertThat(down.status()).isEqualTo(503);
    assertThat(down.text())
        .contains("{\"status\":\"down\",\"applications\":{\"shop\":{\"status\":\"up\"")
        .contains("\"stock\":{\"status\":\"down\",\"checks\":[{\"name\":\"database\"");
    assertThat(get("/healthz").status()).isEqualTo(200);
    assertThat(get("/readyz/shop").status()).isEqualTo(200);
    assertThat(get("/readyz/stock").status()).isEqualTo(503);
  }

  @Test
  void index_twoApplications_linksToThePagesOfEach() throws IOException {
    start("shop");
    start("<stock>");

    assertThat(get("/").text())
        .contains("<h1>shop, stock</h1>")
        .contains("href=\"/metrics/shop\"", "href=\"/report/stock\"", "href=\"/sd\"")
        .contains("href=\"/readyz\"", "of &lt;stock&gt;")
        .doesNotContain("href=\"//");
  }

  @Test
  void pages_switchedOffByAGuest_areNotServed() throws IOException {
    start("shop");
    start(builder("stock").property("observe.metrics.pages", "false"));

    assertThat(get("/metrics/stock").status()).isEqualTo(200);
    assertThat(get("/report/stock").status()).isEqualTo(404);
    assertThat(get("/report/shop").status()).isEqualTo(200);
    assertThat(get("/sd").text()).contains("/metrics/shop", "/metrics/stock");
    assertThat(get("/readyz").text()).doesNotContain("stock");
  }

  @Test
  void start_sameNameTwice_getsANumber() throws IOException {
    Metrics first = start("shop");
    Metrics second = start("shop");
    Metrics third = start("shop");

    assertThat(second.uri()).hasToString(page("shop-2"));
    assertThat(third.uri()).hasToString(page("shop-3"));
    first.close();
    await().atMost(SOON).until(() -> get("/metrics/shop-3").status() == 200);

    // A name stays as long as its application; one that is free is given again.
    assertThat(second.uri()).hasToString(page("shop-2"));
    assertThat(start("shop").uri()).hasToString(page("shop"));
  }

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

  /** In any order of ends and starts, each application is reachable a second later. */
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

  /** No page may be served with less protection than its own settings ask for. */
  @Test
  void start_otherAccessSettings_isRefusedWithBothNames() throws IOException {
    start("shop");

    MetricsBuilder stock =
        builder("stock")
            .property("observe.metrics.user", "prometheus")
            .property("observe.metrics.password", "s3cret")
            .property("observe.metrics.allowed-hosts", "metrics.example");

    assertThatThrownBy(stock::start)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(
            "Cannot serve metrics on 127.0.0.1:"
                + port
                + ": service 'shop' of this JVM serves this port with another value of"
                + " observe.metrics.allowed-hosts and of observe.metrics.user with its password."
                + " Give service 'stock' the same, or choose another port with port(...) or"
                + " OTEL_EXPORTER_PROMETHEUS_PORT.");
    assertThat(get("/metrics").status()).isEqualTo(200);
    assertThat(get("/metrics/stock").status()).isEqualTo(404);
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
  void page_ofAGuest_needsThePasswordOfBoth() throws IOException {
    start(builder("shop").property("observe.metrics.bearer-token", "t0ken"));
    start(builder("stock").property("observe.metrics.bearer-token", "t0ken"));

    assertThat(get("/metrics/stock").status()).isEqualTo(401);
    assertThat(get("/metrics/stock", "Authorization: Bearer t0ken").status()).isEqualTo(200);
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
