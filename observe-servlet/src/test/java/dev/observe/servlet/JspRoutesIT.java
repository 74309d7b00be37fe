/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.testkit.RoutesTable;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.catalina.util.ServerInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes of requests to JSPs in Tomcat. */
class JspRoutesIT {
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .build();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  @TempDir private Path files;

  @BeforeEach
  void write() throws IOException {
    page("index.jsp", "welcome");
    page("pages/hello.jsp", "hello <%= 1 + 1 %>");
    page("pages/fails.jsp", "<% if (true) { throw new IllegalStateException(\"planned\"); } %>");
    page("WEB-INF/view.jsp", "view");
  }

  @AfterEach
  void close() {
    sdk.close();
  }

  private void page(String path, String text) throws IOException {
    Path file = files.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private EmbeddedTomcat tomcat(Consumer<ServletContext> observe) {
    return new EmbeddedTomcat("/shop", files)
        .webDefaults()
        .initialise(observe)
        .servlet(new Front(), "/orders/*")
        .start();
  }

  private String span(EmbeddedTomcat tomcat, String target) throws IOException {
    spans.reset();
    send(tomcat, target);
    SpanData span = await().until(spans::getFinishedSpanItems, items -> items.size() == 1).get(0);
    return span.getName();
  }

  /** Sends a target as it is, which a client of the JDK does not. */
  private static int send(EmbeddedTomcat tomcat, String target) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tomcat.port())) {
      OutputStream out = socket.getOutputStream();
      String head = "GET " + target + " HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";
      out.write(head.getBytes(StandardCharsets.ISO_8859_1));
      byte[] answer = socket.getInputStream().readAllBytes();
      return Integer.parseInt(new String(answer, 9, 3, StandardCharsets.US_ASCII));
    }
  }

  private Set<String> recordedRoutes() {
    return registry.scrape("http_server_request_duration_seconds"::equals).stream()
        .flatMap(metric -> ((HistogramSnapshot) metric).getDataPoints().stream())
        .map(point -> point.getLabels().get("http_route"))
        .collect(Collectors.toSet());
  }

  @Test
  void route_jspThatExists_isItsPath() throws Exception {
    Map<String, String> names = new LinkedHashMap<>();
    try (EmbeddedTomcat tomcat = tomcat(ObserveFilter.create(sdk, registry)::addTo)) {
      for (String path :
          List.of("/pages/hello.jsp", "/pages/fails.jsp", "/", "/pages/missing.jsp", "/no.html")) {
        names.put(path, span(tomcat, "/shop" + path));
      }
      assertThat(span(tomcat, "/shop/pages/hello.jsp")).isEqualTo("GET /shop/pages/hello.jsp");
    }

    assertThat(names)
        .containsExactly(
            Map.entry("/pages/hello.jsp", "GET /shop/pages/hello.jsp"),
            Map.entry("/pages/fails.jsp", "GET /shop/pages/fails.jsp"),
            Map.entry("/", "GET /shop/index.jsp"),
            Map.entry("/pages/missing.jsp", "GET /shop/*.jsp"),
            Map.entry("/no.html", "GET"));
    RoutesTable.check("JSP", tomcatVersion(), names);
  }

  private static String tomcatVersion() {
    return "Tomcat " + ServerInfo.getServerNumber().replaceAll("\\.0$", "");
  }

  @Test
  void route_jspIsTheViewOfAServlet_isThatOfTheServlet() throws Exception {
    try (EmbeddedTomcat tomcat = tomcat(ObserveFilter.create(sdk, registry)::addTo)) {
      assertThat(span(tomcat, "/shop/orders/7")).isEqualTo("GET /shop/orders/*");
    }
  }

  @Test
  void route_metricsAlone_isTheSame() throws Exception {
    try (EmbeddedTomcat tomcat = tomcat(RequestMetricsFilter.create(registry)::addTo)) {
      send(tomcat, "/shop/pages/hello.jsp");
      send(tomcat, "/shop/pages/missing.jsp");
      send(tomcat, "/shop/orders/7");
      await()
          .untilAsserted(
              () ->
                  assertThat(recordedRoutes())
                      .containsExactlyInAnyOrder(
                          "/shop/pages/hello.jsp", "/shop/*.jsp", "/shop/orders/*"));
    }
  }

  /** The client must not be able to make a route of a spelling. */
  @Test
  void route_jspInOtherSpellings_isItsPathOrTheMapping() throws Exception {
    try (EmbeddedTomcat tomcat = tomcat(ObserveFilter.create(sdk, registry)::addTo)) {
      for (String spelling :
          List.of(
              "/shop/pages/hello.jsp;jsessionid=SECRET",
              "/shop/pages;v=1/hello.jsp",
              "/shop/pages//hello.jsp",
              "/shop/pages/./hello.jsp",
              "/shop/x/../pages/hello.jsp",
              "/shop/pages/%68ello.jsp",
              "/shop/pages%2fhello.jsp",
              "/shop/pages/hello%2ejsp",
              "/shop/pages/hello.jsp%00.jsp",
              "/shop/pages/hello.jsp/.jsp",
              "/shop/pages/HELLO.jsp",
              "/shop/pages\\hello.jsp",
              "/shop/pages/..%2fpages/hello.jsp",
              "/shop/%E2%80%A8.jsp",
              "/shop/.jsp",
              "/shop/WEB-INF/view.jsp",
              "/shop/hello.jsp%0aforged_total%201.jsp")) {
        send(tomcat, spelling);
      }
      await()
          .untilAsserted(
              () ->
                  assertThat(recordedRoutes())
                      .contains("/shop/pages/hello.jsp")
                      .isSubsetOf("/shop/pages/hello.jsp", "/shop/*.jsp", ""));
    }
  }

  /** A filter of the application answers before the container knows that there is no such page. */
  @Test
  void route_paths_withoutAPage_areOneRouteAndThoseOfPagesAreBounded() throws Exception {
    for (int i = 0; i < 1_100; i++) {
      page("many/p" + i + ".jsp", "");
    }
    Consumer<ServletContext> observe =
        application -> {
          application
              .addFilter("login", (request, response, chain) -> response.getWriter().print("login"))
              .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/*");
          ObserveFilter.create(sdk, registry).addTo(application);
        };
    try (EmbeddedTomcat tomcat = tomcat(observe)) {
      for (int i = 0; i < 500; i++) {
        assertThat(send(tomcat, "/shop/none/p" + i + ".jsp")).isEqualTo(200);
      }
      assertThat(names()).containsExactly("GET /shop/*.jsp");
      for (int i = 0; i < 1_100; i++) {
        send(tomcat, "/shop/many/p" + i + ".jsp");
      }
      await().until(() -> spans.getFinishedSpanItems().size() == 1_600);
      assertThat(names()).hasSize(1_001).contains("GET /shop/many/p0.jsp", "GET /shop/*.jsp");
    }
  }

  private Set<String> names() {
    return spans.getFinishedSpanItems().stream().map(SpanData::getName).collect(Collectors.toSet());
  }

  /** Forwards to a JSP, as the controller of an application does. */
  private static final class Front extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      request.getRequestDispatcher("/WEB-INF/view.jsp").forward(request, response);
    }
  }
}
