/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.Metrics;
import dev.observe.Tracing;
import dev.observe.servlet.ObserveFilter;
import dev.observe.servlet.ObserveFilterBuilder;
import dev.observe.testkit.PageCheckers;
import io.opentelemetry.sdk.trace.data.SpanData;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Promises P9 to P12 under a hundred thousand hostile requests. */
class HostileIT {
  private static final int MEBI = 1024 * 1024;
  private static final int FIRST = 10_000;
  private static final int CARELESS = 30_000;

  /** The rates of a metrics page sample all series so often. */
  private static final Duration RATES_STEP = Duration.ofSeconds(5);

  /** The ten methods of the conventions, and {@code _OTHER}. */
  private static final Set<String> METHODS =
      Set.of(
          "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE",
          "_OTHER");

  /** The registered routes; no request matches the last one during the attack. */
  private static final Set<String> ROUTES =
      Set.of("/products", "/orders/*", "/*.do", "/fail/*", "/late");

  /** The prefixes of all lines of a page; any other line was injected. */
  private static final String OURS =
      "(# |http_|observe_|otel_|jvm_|process_|system_|target_info|build_info).*";

  static Stream<ContainerKind> tomcatAndJetty() {
    return ContainerKind.available().stream()
        .filter(container -> container != ContainerKind.UNDERTOW);
  }

  static Stream<ContainerKind> playedInFull() {
    return tomcatAndJetty().filter(ContainerKind::isPlayedInFull);
  }

  private static App app(ObserveFilter filter) {
    return App.at("")
        .ownBuffers()
        .filter("observe", filter, "/*", EnumSet.of(DispatcherType.REQUEST))
        .servlet("shop", new Shop(), "/products", "/orders/*", "*.do", "/fail/*", "/late");
  }

  private static Metrics metrics() {
    return Metrics.builder("hostile").port(0).disableGlobal().start();
  }

  private static Tracing tracing() {
    return Tracing.builder("hostile")
        .property("otel.traces.exporter", "none")
        .disableGlobal()
        .start();
  }

  @Tag("short")
  @ParameterizedTest
  @MethodSource("playedInFull")
  void P9_P10_hundredThousandHostileRequests_leaveTheMetricsBounded(ContainerKind container)
      throws Exception {
    attack(container, 100_000, Duration.ZERO);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("tomcatAndJetty")
  void P9_P10_millionHostileRequests_useNoMoreThanTenThousand(ContainerKind container)
      throws Exception {
    attack(container, 1_000_000, RATES_STEP.plusSeconds(1));
  }

  /**
   * Sends a number of hostile requests.
   *
   * @param pause before the heap of the first requests is measured, so that the samples that the
   *     rates keep of their series belong to them
   */
  private static void attack(ContainerKind container, int count, Duration pause) throws Exception {
    try (LogLines log = LogLines.ofOurs();
        Tracing tracing = tracing();
        Metrics metrics = metrics();
        TestServer server =
            container.start(
                app(
                    ObserveFilter.builder(tracing, metrics)
                        .trustedProxies("127.0.0.0/8")
                        .captureRequestHeaders("X-Forwarded-For", "User-Agent", "Cookie")
                        .build()))) {
      warmUp(server.port(), metrics);
      long before = liveHeapBytes();
      HostileClients.attack(server.port(), FIRST, 1);
      await().atMost(RATES_STEP.multipliedBy(2)).pollDelay(pause).until(() -> true);
      long afterFirst = liveHeapBytes();
      int others = count - FIRST;
      Map<Integer, Integer> statuses = HostileClients.attack(server.port(), others, 2);
      // The container releases the memory of closed connections a little later.
      await()
          .atMost(Duration.ofSeconds(30))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofSeconds(1))
          .untilAsserted(
              () ->
                  assertThat(liveHeapBytes() - afterFirst)
                      .as("heap of %d more", others)
                      .isLessThan(MEBI));
      Page page = Page.of(metrics);

      // The container must refuse some of the requests, and not all of them.
      assertThat(statuses).containsKeys(200, 400, 404, 500);
      assertThat(statuses.get(200)).isGreaterThan(count / 4);
      assertThat(statuses).doesNotContainKey(HostileClients.UNANSWERED);
      assertThat(statuses.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(others);
      assertThat(page.total()).isGreaterThan(count / 2.0);
      assertThat(page.values("http_route")).isSubsetOf(withNone(ROUTES)).doesNotContain("/late");
      assertThat(page.values("http_request_method")).isSubsetOf(METHODS).contains("_OTHER");
      assertThat(page.values("url_scheme")).isSubsetOf("http", "https");
      assertThat(page.values("network_protocol_version")).isSubsetOf("1.0", "1.1", "2");
      int statusesSeen = page.values("http_response_status_code").size();
      assertThat(page.series())
          .isLessThanOrEqualTo((ROUTES.size() + 2) * METHODS.size() * statusesSeen)
          .isLessThanOrEqualTo(1_000);
      assertThat(page.overflow("http_route")).isZero();
      assertThat(page.text().length()).isLessThan(2 * MEBI);
      assertThat(afterFirst - before).as("heap of %d requests", FIRST).isLessThan(5 * MEBI);
      assertThat(log.lines()).hasSizeLessThan(10).allMatch(HostileIT::isOneLine);
      assertNewRouteIsCounted(server.port(), metrics);
      assertReadable(page);
    }
  }

  /** So that the memory that the container and the JVM retain is not attributed to observe. */
  private static void warmUp(int port, Metrics metrics) throws Exception {
    assertThat(Page.of(metrics).series()).isZero();
    try (Wire wire = Wire.connect(port)) {
      for (int i = 0; i < 2_000; i++) {
        wire.send("GET /products HTTP/1.1\r\nHost: shop.example\r\n\r\n");
        assertThat(wire.read().status()).isEqualTo(200);
      }
    }
  }

  private static long liveHeapBytes() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }

  private static void assertReadable(Page page) {
    assertThat(page.text().lines().filter(line -> !line.matches(OURS)).limit(10)).isEmpty();
    assertThat(PageCheckers.promtool(page.text())).isEmpty();
    assertThat(PageCheckers.strictParser(page.openMetrics())).isEmpty();
  }

  private static void assertNewRouteIsCounted(int port, Metrics metrics) throws Exception {
    try (Wire wire = Wire.connect(port)) {
      wire.send("GET /late HTTP/1.1\r\nHost: shop.example\r\n\r\n");
      assertThat(wire.read().status()).isEqualTo(200);
    }
    await().until(() -> Page.of(metrics).values("http_route").contains("/late"));
  }

  private static Set<String> withNone(Set<String> values) {
    return Stream.concat(values.stream(), Stream.of("")).collect(Collectors.toSet());
  }

  private static boolean isOneLine(String text) {
    return text.length() <= 1_024
        && text.chars().noneMatch(c -> c < 0x20 || c == 0x7f || c == 0x85 || c == 0x2028);
  }

  /** The worst case of an application: a router and a label with values that clients send. */
  @ParameterizedTest
  @MethodSource("tomcatAndJetty")
  void P9_P10_routesAndLabelsFromRawRequests_areCappedCountedAndLogged(ContainerKind container)
      throws Exception {
    try (LogLines log = LogLines.ofOurs();
        Tracing tracing = tracing();
        Metrics metrics = metrics();
        TestServer server = container.start(app(careless(tracing, metrics)))) {
      HostileClients.attack(server.port(), CARELESS, 3);
      Page page = Page.of(metrics);

      assertThat(page.series()).isBetween(900, 1_000);
      assertThat(page.values("agent")).hasSizeBetween(20, 26).contains("_other");
      assertThat(page.values("http_route")).contains("_other").allMatch(r -> r.length() <= 128);
      assertThat(page.overflow("http_route")).isGreaterThan(1_000);
      assertThat(page.overflow("agent")).isGreaterThan(1_000);
      assertThat(log.lines())
          .allMatch(HostileIT::isOneLine)
          .filteredOn(line -> line.startsWith("The label "))
          .hasSizeBetween(2, 4)
          .anyMatch(line -> line.startsWith("The label http_route of http_server_"))
          .anyMatch(line -> line.startsWith("The label agent of http_server_"));
      assertReadable(page);
    }
  }

  private static ObserveFilter careless(Tracing tracing, Metrics metrics) {
    ObserveFilterBuilder builder = ObserveFilter.builder(tracing, metrics);
    return builder
        .routeResolver(HttpServletRequest::getRequestURI)
        .addLabel("agent", 20, request -> request.getHeader("User-Agent"))
        .build();
  }

  /** Without limits of the SDK, whose defaults are unlimited. */
  @ParameterizedTest
  @MethodSource("tomcatAndJetty")
  void P10_P12_attributesOfHostileRequests_areCleanBoundedAndValid(ContainerKind container)
      throws Exception {
    Telemetry telemetry = new Telemetry();
    ObserveFilter filter =
        ObserveFilter.builder(telemetry.openTelemetry(), telemetry.registry)
            .trustedProxies("127.0.0.0/8")
            .captureRequestHeaders("X-Forwarded-For", "User-Agent", "X-Many", "tracestate")
            .build();
    try (TestServer server = container.start(app(filter))) {
      HostileClients.attack(server.port(), 4_000, 4);
    }

    assertThat(telemetry.spans().size()).isGreaterThan(2_000);
    assertThat(telemetry.spans().stream().flatMap(HostileIT::wrong).limit(10)).isEmpty();
    telemetry.close();
  }

  private static Stream<String> wrong(SpanData span) {
    Stream.Builder<String> wrong = Stream.builder();
    if (span.getAttributes().size() > 64 || !isOneLine(span.getName())) {
      wrong.add(span.toString());
    }
    span.getAttributes()
        .forEach(
            (key, value) -> {
              boolean valid =
                  value instanceof Collection<?> values
                      ? values.size() <= 16 && values.stream().allMatch(HostileIT::isClean)
                      : isClean(value) && isAllowed(key.getKey(), value);
              if (!valid) {
                wrong.add(key + "=" + value);
              }
            });
    String state = span.getSpanContext().getTraceState().toString();
    if (!span.getSpanContext().isValid() || !isOneLine(state)) {
      wrong.add(span.getSpanContext().toString());
    }
    return wrong.build();
  }

  private static boolean isClean(Object value) {
    return !(value instanceof String text) || isOneLine(text);
  }

  private static boolean isAllowed(String key, Object value) {
    return switch (key) {
      case "url.scheme" -> Set.of("http", "https").contains(value);
      case "http.request.method" -> METHODS.contains(value);
      case "http.route" -> ROUTES.contains(value);
      case "server.port", "network.peer.port" ->
          value instanceof Long port && port > 0 && port < 65_536;
      case "client.address", "network.peer.address" ->
          String.valueOf(value).matches("[0-9.]{7,15}|[0-9a-fA-F:.]{2,45}");
      case "server.address" -> String.valueOf(value).matches("[0-9A-Za-z_.:-]{1,255}");
      default -> true;
    };
  }

  @Test
  void corpus_anySeed_isLargeAndReproducible() {
    assertThat(HostileRequests.size()).isGreaterThan(150);
    assertThat(new HostileRequests(1).next()).isEqualTo(new HostileRequests(1).next());
    assertThat(Stream.generate(new HostileRequests(1)::next).limit(1_000).distinct().count())
        .isGreaterThan(500);
  }

  /** Responds to any method. */
  private static final class Shop extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      if (request.getServletPath().equals("/fail")) {
        response.sendError(500);
      }
    }
  }
}
