/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.observe.Observe;
import dev.observe.servlet.MetricsServlet;
import dev.observe.servlet.ObserveFilter;
import dev.observe.servlet.RequestMetricsFilter;
import dev.observe.servlet.TracingFilter;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.ReceivedSpan;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Applications that contain the jar, with and without a filter in {@code web.xml}. */
@Tag("javax")
class WarIT {
  static final String ENDPOINT = "otel.exporter.otlp.endpoint";
  static final String PORT = "otel.exporter.prometheus.port";

  private final CapturedLogs logs = new CapturedLogs();
  private final OtlpReceiver receiver = OtlpReceiver.start();
  @TempDir private Path folder;
  private WarServer server;

  @BeforeEach
  void startServer() throws Exception {
    server = new WarServer(folder.resolve("tomcat"));
  }

  @AfterEach
  void stopServer() throws Exception {
    server.close();
    receiver.close();
    logs.close();
    assertThat(Observe.currentTracing()).isEmpty();
    assertThat(Observe.currentMetrics()).isEmpty();
    assertThat(PrometheusRegistry.defaultRegistry.scrape()).isEmpty();
  }

  /** Returns a WAR with a servlet and the metrics page, which exports its spans to this test. */
  private WarFolder war(String name) {
    return new WarFolder(folder.resolve(name))
        .servlet(HelloServlet.class, "/hello")
        .servlet(MetricsServlet.class, "/metrics")
        .param(ENDPOINT, receiver.endpoint())
        .param(PORT, 0);
  }

  private String page(String path) throws IOException, InterruptedException {
    return server.get(path + "/metrics").body();
  }

  /** Returns the values of all series of a metric. */
  private static List<String> values(String page, String metric) {
    return Pattern.compile("^" + metric + "(?:\\{.*})? (.*)$", Pattern.MULTILINE)
        .matcher(page)
        .results()
        .map((MatchResult line) -> line.group(1))
        .toList();
  }

  /** Sends one request and two scrapes; only the request must be counted. */
  private String requestOnce(String path) throws IOException, InterruptedException {
    assertThat(server.get(path + "/hello").body()).isEqualTo("hello");
    assertThat(page(path)).as("a first scrape").isNotEmpty();
    return page(path);
  }

  private void assertOneSpan(String serviceName) {
    assertThat(receiver.spans())
        .extracting(ReceivedSpan::serviceName, ReceivedSpan::name)
        .containsExactly(tuple(serviceName, "GET /shop/hello"));
  }

  @Test
  void deploy_jarAlone_observesUnderTheDisplayName() throws Exception {
    Context context = server.deploy("/shop", war("shop").displayName("The Shop").write());

    String page = requestOnce("/shop");
    server.undeploy(context);

    assertThat(values(page, "http_server_requests_total")).containsExactly("1.0");
    assertOneSpan("The Shop");
    assertThat(logs.warnings()).isEmpty();
  }

  @Test
  void deploy_noDisplayName_observesUnderTheContextPath() throws Exception {
    Context context = server.deploy("/shop", war("shop").write());

    requestOnce("/shop");
    server.undeploy(context);

    assertOneSpan("shop");
  }

  @Test
  void deploy_serviceNameAsParam_observesUnderIt() throws Exception {
    Context context =
        server.deploy(
            "/shop",
            war("shop").displayName("The Shop").param("otel.service.name", "checkout").write());

    requestOnce("/shop");
    server.undeploy(context);

    assertOneSpan("checkout");
  }

  @Test
  void deploy_anyFilters_logsOneLine() throws Exception {
    Context jarAlone = server.deploy("/a", war("a").displayName("The Shop").write());
    Context two =
        server.deploy(
            "/b",
            war("b")
                .filter(TracingFilter.class, "otel.service.name", "by filter")
                .filter(RequestMetricsFilter.class, "otel.service.name", "by filter")
                .write());
    Context off = server.deploy("/c", war("c").param("observe.auto", false).write());
    Context quiet = server.deploy("/d", war("d").param("otel.traces.exporter", "none").write());
    for (Context each : List.of(jarAlone, two, off, quiet)) {
      server.undeploy(each);
    }

    String spans = ", spans to " + receiver.endpoint() + "/v1/traces";
    // Only the manifest of the jar has the version.
    String begin =
        "INFO observe" + (BuiltFiles.JAVAX ? " [0-9.]+(?:-SNAPSHOT)?" : "") + ": service ";
    assertThat(startLines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .matches(
                        begin
                            + "'The Shop', ObserveFilter, metrics at http://127.0.0.1:\\d+/metrics"
                            + Pattern.quote(spans)),
            line ->
                assertThat(line)
                    .matches(begin + "'by filter', TracingFilter and RequestMetricsFilter, .*")
                    .contains(spans, "metrics at http://127.0.0.1:"),
            line ->
                assertThat(line)
                    .matches(begin + "'d', ObserveFilter, metrics at .*, spans to nowhere"));
  }

  private List<String> startLines() {
    return logs.lines().stream().filter(line -> line.startsWith("INFO observe")).toList();
  }

  @Test
  void deploy_absoluteOrderingWithoutTheJar_warnsHowToAddIt() throws Exception {
    WarServer isolated = new WarServer(folder.resolve("isolated"), new ServerClasses());
    Context context = isolated.deploy("/shop", warWithJars("shop", "<name>other</name>"));
    isolated.get("/shop/hello");
    String page = isolated.get("/shop/metrics").body();
    isolated.undeploy(context);
    isolated.close();

    assertThat(values(page, "http_server_requests_total")).isEmpty();
    assertThat(startLines()).isEmpty();
    assertThat(logs.warnings())
        .contains(
            "WARNING Requests of '/shop' are not measured: <absolute-ordering> in its web.xml leaves"
                + " out the jar of observe. Add <name>dev_observe</name> or <others/> to it, or the"
                + " filter dev.observe.servlet.ObserveFilter to web.xml; observe.auto=false turns"
                + " off this warning.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"<name>dev_observe</name>", "<others/>"})
  void deploy_absoluteOrderingWithTheJar_observes(String ordering) throws Exception {
    WarServer isolated = new WarServer(folder.resolve("isolated"), new ServerClasses());
    Context context = isolated.deploy("/shop", warWithJars("shop", ordering));
    isolated.get("/shop/hello");
    isolated.undeploy(context);
    isolated.close();

    assertOneSpan("shop");
    assertThat(startLines()).hasSize(1);
    assertThat(logs.lines()).noneMatch(line -> line.contains("absolute-ordering"));
  }

  private WarFolder warWithJars(String name, String ordering) throws Exception {
    return war(name)
        .absoluteOrdering(ordering)
        .withJars(Observe.class, ObserveFilter.class)
        .write();
  }

  /** The container answers these itself; no filter and no listener can read their status. */
  @Test
  void request_answeredBeforeAnyFilter_isNotMeasured() throws Exception {
    Context context =
        server.deploy("/shop", war("shop").securityConstraint("/hello/admin").write());
    int forbidden = server.get("/shop/hello/admin").statusCode();
    int redirected = server.get("/shop").statusCode();

    String page = requestOnce("/shop");
    server.undeploy(context);

    assertThat(forbidden).isEqualTo(401);
    assertThat(redirected).isEqualTo(302);
    assertThat(values(page, "http_server_requests_total")).containsExactly("1.0");
    assertThat(values(page, "http_server_active_requests")).allMatch(value -> value.equals("0.0"));
    assertOneSpan("shop");
  }

  @Test
  void deploy_autoOff_observesNothing() throws Exception {
    Context context = server.deploy("/shop", war("shop").param("observe.auto", false).write());

    String page = requestOnce("/shop");
    server.undeploy(context);

    assertThat(values(page, "http_server_requests_total")).isEmpty();
    assertThat(receiver.spans()).isEmpty();
  }

  @Test
  void deploy_autoNeitherTrueNorFalse_failsWithTheRule() throws Exception {
    assertThat(deployFailing(war("shop").param("observe.auto", "maybe").write()))
        .contains(
            "observe.auto must be true or false, was 'maybe' (from code); the default is true");
  }

  @Test
  void deploy_filterInWebXml_observesOnce() throws Exception {
    Context context =
        server.deploy(
            "/shop",
            war("shop").filter(ObserveFilter.class, "otel.service.name", "by filter").write());

    String page = requestOnce("/shop");
    server.undeploy(context);

    assertThat(values(page, "http_server_requests_total")).containsExactly("1.0");
    assertOneSpan("by filter");
  }

  @Test
  void deploy_twoFiltersInWebXml_observeOnceTogether() throws Exception {
    Context context =
        server.deploy(
            "/shop",
            war("shop")
                .filter(TracingFilter.class, "otel.service.name", "by filter")
                .filter(RequestMetricsFilter.class, "otel.service.name", "by filter")
                .write());

    String page = requestOnce("/shop");
    server.undeploy(context);

    assertThat(values(page, "http_server_requests_total")).containsExactly("1.0");
    assertThat(values(page, "http_server_request_duration_seconds_count")).containsExactly("1");
    assertOneSpan("by filter");
  }

  @Test
  void deploy_tracingFilterOnly_startsNoMetrics() throws Exception {
    Context context =
        server.deploy(
            "/shop",
            war("shop").filter(TracingFilter.class, "otel.service.name", "by filter").write());

    String page = requestOnce("/shop");
    server.undeploy(context);

    assertThat(values(page, "http_server_requests_total")).isEmpty();
    assertOneSpan("by filter");
  }

  /** The automatic filter must not affect the application's filter. */
  @Test
  void deploy_listenerAddsFilter_usesItsLabelsAndServiceName() throws Exception {
    Context context = server.deploy("/shop", war("shop").listener(OwnFilterListener.class).write());

    String page = requestOnce("/shop");
    server.undeploy(context);

    assertThat(context.getState()).isEqualTo(LifecycleState.DESTROYED);
    assertThat(values(page, "http_server_requests_total")).containsExactly("1.0");
    assertThat(page.lines().filter(line -> line.startsWith("http_server_requests_total")))
        .singleElement()
        .asString()
        .contains("tenant=\"acme\"");
    assertOneSpan("by hand");
    assertThat(logs.warnings()).isEmpty();
  }

  @Test
  void deploy_badInitParam_failsWithTheRuleAndLeavesNothing() throws Exception {
    List<String> warnings =
        deployFailing(war("shop").filter(ObserveFilter.class, PORT, 70_000).write());

    assertThat(warnings)
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains(
                        "The filter 'ObserveFilter' cannot start: otel.exporter.prometheus.port"
                            + " must be a whole number from 0 to 65535, was '70000' (from code);"
                            + " the default is 2112"));
    assertThat(Observe.currentTracing()).as("started before the port was read").isEmpty();
  }

  @Test
  void deploy_badParamOfTheApplication_failsWithTheRule() throws Exception {
    assertThat(deployFailing(war("shop").param("otel.traces.sampler", "sometimes").write()))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("The filter 'dev.observe.auto' cannot start: otel.traces.sampler"));
  }

  /** Returns the messages of the failure. */
  private List<String> deployFailing(WarFolder war) {
    try {
      Context context = server.deploy("/shop", war);
      assertThat(context.getState().isAvailable()).isFalse();
      server.undeploy(context);
    } catch (IllegalStateException e) {
      // Tomcat throws for initializers and logs for filters.
      return List.of(rootMessage(e));
    }
    return logs.warnings();
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  @Test
  void deploy_twoApplicationsOnSharedClasses_eachUnderItsOwnName() throws Exception {
    int port = WarServer.freePort();
    Context shop = server.deploy("/shop", twoWar("shop", port));
    Context stock = server.deploy("/stock", twoWar("stock", port));

    server.get("/shop/hello");
    server.get("/stock/hello");
    server.get("/stock/hello");
    String ofShop = page("/shop");
    String ofStock = page("/stock");
    String ofPort = WarServer.get(port, "/metrics").body();
    String shopOnPort = WarServer.get(port, "/metrics/shop").body();
    String stockOnPort = WarServer.get(port, "/metrics/stock").body();
    server.undeploy(shop);
    server.get("/stock/hello");
    String ofStockAlone = page("/stock");
    String stockAloneOnPort = WarServer.eventually(port, "/metrics");
    server.undeploy(stock);

    assertThat(values(ofShop, "http_server_requests_total")).containsExactly("1.0");
    assertThat(values(ofStock, "http_server_requests_total")).containsExactly("2.0");
    assertThat(ofPort.lines()).contains("/metrics/shop", "/metrics/stock").hasSize(3);
    assertThat(values(shopOnPort, "http_server_requests_total")).containsExactly("1.0");
    assertThat(values(stockOnPort, "http_server_requests_total")).containsExactly("2.0");
    assertThat(values(ofStockAlone, "http_server_requests_total")).containsExactly("3.0");
    assertThat(values(stockAloneOnPort, "http_server_requests_total")).containsExactly("3.0");
    assertThat(values(ofShop, "observe_endpoint_up")).containsExactly("1.0");
    assertThat(values(ofStock, "observe_endpoint_up")).containsExactly("1.0");
    assertThat(receiver.spans())
        .extracting(ReceivedSpan::serviceName)
        .containsExactlyInAnyOrder("shop", "stock", "stock", "stock");
    assertThat(logs.warnings()).isEmpty();
  }

  @Test
  void deploy_portOfAnotherProgram_startsWithoutTheEndpoint() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      Context shop = server.deploy("/shop", twoWar("shop", port));
      String ofShop = page("/shop");
      server.undeploy(shop);

      assertThat(values(ofShop, "observe_endpoint_up")).containsExactly("0.0");
      assertThat(logs.warnings())
          .singleElement()
          .asString()
          .startsWith(
              "WARNING Cannot serve metrics on 127.0.0.1:" + port + ": Address already in use")
          .endsWith("Starting without the endpoint.");
    }
  }

  private WarFolder twoWar(String name, int port) throws IOException {
    return new WarFolder(folder.resolve(name))
        .servlet(HelloServlet.class, "/hello")
        .servlet(MetricsServlet.class, "/metrics")
        .param(ENDPOINT, receiver.endpoint())
        .param(PORT, port)
        .write();
  }
}
