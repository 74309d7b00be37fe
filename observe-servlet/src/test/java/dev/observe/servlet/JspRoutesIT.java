/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.servlet.testkit.RecordedRoutes;
import dev.observe.testkit.RoutesTable;
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
import org.apache.catalina.util.ServerInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes of requests to JSPs in Tomcat. */
class JspRoutesIT {
  private final RecordedRoutes recorded = new RecordedRoutes();
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
    recorded.close();
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
    return recorded.name(target, () -> send(tomcat, target));
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

  @Test
  void route_jspThatExists_isItsPath() throws Exception {
    Map<String, String> names = new LinkedHashMap<>();
    try (EmbeddedTomcat tomcat = tomcat(recorded.filter()::addTo)) {
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
    try (EmbeddedTomcat tomcat = tomcat(recorded.filter()::addTo)) {
      assertThat(span(tomcat, "/shop/orders/7")).isEqualTo("GET /shop/orders/*");
    }
  }

  @Test
  void route_metricsAlone_isTheSame() throws Exception {
    try (EmbeddedTomcat tomcat = tomcat(recorded.metricsFilter()::addTo)) {
      send(tomcat, "/shop/pages/hello.jsp");
      send(tomcat, "/shop/pages/missing.jsp");
      send(tomcat, "/shop/orders/7");
      await()
          .untilAsserted(
              () ->
                  assertThat(recorded.routes())
                      .containsExactlyInAnyOrder(
                          "/shop/pages/hello.jsp", "/shop/*.jsp", "/shop/orders/*"));
    }
  }

  /** The client must not be able to make a route of a spelling. */
  @Test
  void route_jspInOtherSpellings_isItsPathOrTheMapping() throws Exception {
    try (EmbeddedTomcat tomcat = tomcat(recorded.filter()::addTo)) {
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
                  assertThat(recorded.routes())
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
          recorded.filter().addTo(application);
        };
    try (EmbeddedTomcat tomcat = tomcat(observe)) {
      for (int i = 0; i < 500; i++) {
        assertThat(send(tomcat, "/shop/none/p" + i + ".jsp")).isEqualTo(200);
      }
      assertThat(recorded.names()).containsOnly("GET /shop/*.jsp");
      for (int i = 0; i < 1_100; i++) {
        send(tomcat, "/shop/many/p" + i + ".jsp");
      }
      await().until(() -> recorded.names().size() == 1_600);
      assertThat(Set.copyOf(recorded.names()))
          .hasSize(1_001)
          .contains("GET /shop/many/p0.jsp", "GET /shop/*.jsp");
    }
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
