/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.sdk.trace.data.SpanData;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The route of a request is its context path and the pattern of its servlet. */
@Tag("container")
class RouteIT {
  private static final List<String> SPELLINGS =
      List.of(
          "/shop",
          "/%73hop",
          "/%73%68%6F%70",
          "/shop;jsessionid=SECRET1",
          "/shop;jsessionid=SECRET2;v=1",
          "/%73hop;jsessionid=SECRET3",
          "//shop",
          "/./shop",
          "/x/../shop",
          "/shop/.",
          "/shop/x/..",
          "/shop//",
          "/shop;/x;/..",
          "/SHOP",
          "/shop%2f.");

  private final Telemetry telemetry = new Telemetry();

  static List<ContainerKind> containers() {
    return ContainerKind.available();
  }

  static Stream<Arguments> containersAndContexts() {
    return ContainerKind.available().stream()
        .flatMap(container -> Stream.of("", "/shop").map(path -> Arguments.of(container, path)));
  }

  @ParameterizedTest
  @MethodSource("containersAndContexts")
  void route_ofAMappedServlet_isTheContextPathAndThePattern(ContainerKind container, String context)
      throws IOException {
    App app = observed(context).servlet("exact", new Ok(), "/exact", "/path/*", "*.do", "");

    try (TestServer server = container.start(app)) {
      assertThat(route(server, context + "/exact")).isEqualTo(context + "/exact");
      assertThat(route(server, context + "/path")).isEqualTo(context + "/path/*");
      assertThat(route(server, context + "/path/a/b")).isEqualTo(context + "/path/*");
      assertThat(route(server, context + "/a/b.do")).isEqualTo(context + "/*.do");
      assertThat(route(server, context + "/")).isEqualTo(context + "/");
    }
  }

  /** The paths of a scanner reach the container's default servlet, which is no route. */
  @ParameterizedTest
  @MethodSource("containersAndContexts")
  void route_ofTheContainersDefaultServlet_isNone(ContainerKind container, String context)
      throws IOException {
    App app = observed(context).servlet("exact", new Ok(), "/exact");

    try (TestServer server = container.start(app)) {
      assertThat(route(server, context + "/wp-admin/install.php")).isEmpty();
      assertThat(route(server, context + "/exact/not")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("containersAndContexts")
  void route_ofTheApplicationsDefaultServlet_isTheContextRoot(
      ContainerKind container, String context) throws IOException {
    App app = observed(context).servlet("front", new Ok(), "/");

    try (TestServer server = container.start(app)) {
      assertThat(route(server, context + "/any/thing")).isEqualTo(context + "/");
    }
  }

  @ParameterizedTest
  @MethodSource("containersAndContexts")
  void route_setByTheApplication_precedesTheMapping(ContainerKind container, String context)
      throws IOException {
    App app = observed(context).servlet("path", new Ok(), "/path/*");

    try (TestServer server = container.start(app)) {
      assertThat(route(server, context + "/path/7?route=/things/%7Bid%7D"))
          .isEqualTo("/things/{id}");
    }
  }

  @ParameterizedTest
  @MethodSource("containersAndContexts")
  void route_afterAForward_isThatOfTheRequest(ContainerKind container, String context)
      throws IOException {
    App app =
        observed(context).servlet("path", new Ok(), "/path/*").servlet("other", new Ok(), "/other");

    try (TestServer server = container.start(app)) {
      assertThat(route(server, context + "/path/7?forward=/other")).isEqualTo(context + "/path/*");
    }
  }

  /** Each spelling would be a route, and a session id would be readable on the metrics page. */
  @ParameterizedTest
  @MethodSource("containers")
  void route_contextPathInOtherSpellings_isThatOfTheApplication(ContainerKind container)
      throws IOException {
    App app = observed("/shop").servlet("hello", new Ok(), "/hello", "/orders/*");
    List<String> accepted = new ArrayList<>();

    try (TestServer server = container.start(app)) {
      for (String spelling : SPELLINGS) {
        telemetry.forgetSpans();
        if (status(server, spelling + "/hello") == 200) {
          await().until(() -> telemetry.spans().size() == 1);
          SpanData span = telemetry.spans().get(0);
          assertThat(Telemetry.attribute(span, "http.route")).as(spelling).isEqualTo("/shop/hello");
          assertThat(span.getName()).as(spelling).isEqualTo("GET /shop/hello");
          accepted.add(spelling);
        }
        assertThat(status(server, spelling + "/orders/7?route=/shop/things")).isPositive();
      }
    }

    // The container must accept some of them, or nothing was tested.
    assertThat(accepted).contains("/shop", "/%73hop").hasSizeGreaterThan(2);
    assertThat(telemetry.durations().keySet())
        .extracting(labels -> labels.get("http_route"))
        .isSubsetOf("/shop/hello", "/shop/things", "");
  }

  /** A scanner's paths must not become routes. */
  @ParameterizedTest
  @MethodSource("containersAndContexts")
  void route_ofASpringServletThatDoesNotKnowThePath_isNone(ContainerKind container, String context)
      throws IOException {
    App app = observed(context).servlet("spring", new Ok(), "/");

    try (TestServer server = container.start(app)) {
      assertThat(route(server, context + "/no/such?status=404")).isEmpty();
      assertThat(route(server, context + "/no/such?status=404&pattern=/**")).isEmpty();
      assertThat(route(server, context + "/7?status=404&pattern=/%7Bid%7D"))
          .isEqualTo(context + "/{id}");
      assertThat(route(server, context + "/file?pattern=/**")).isEqualTo(context + "/**");
      assertThat(route(server, context + "/7?status=410")).isEqualTo(context + "/");
    }
  }

  /** CXF writes the raw path into Spring's attribute, and has no servlet of Spring. */
  @ParameterizedTest
  @MethodSource("containersAndContexts")
  void route_rawPathInSpringsAttribute_isThatOfTheMapping(ContainerKind container, String context)
      throws IOException {
    App app = observed(context).servlet("services", new Ok(), "/services/*");

    try (TestServer server = container.start(app)) {
      for (String status : List.of("200", "500")) {
        String raw = context + "/services/7?raw=yes&status=" + status + "&pattern=/services/7";
        assertThat(route(server, raw)).isEqualTo(context + "/services/*");
      }
    }
  }

  private App observed(String context) {
    App app = App.at(context);
    FilterSet.ALONE.addTo(app, telemetry, EnumSet.allOf(DispatcherType.class));
    return app;
  }

  private static int status(TestServer server, String target) throws IOException {
    try (Wire wire = Wire.connect(server.port())) {
      wire.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      return wire.read().status();
    }
  }

  private String route(TestServer server, String target) throws IOException {
    telemetry.forgetSpans();
    status(server, target);
    await().until(() -> telemetry.spans().size() == 1);
    return Telemetry.attribute(telemetry.spans().get(0), "http.route");
  }

  private static final class Ok extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws jakarta.servlet.ServletException, IOException {
      String route = request.getParameter("route");
      if (route != null) {
        request.setAttribute("http.route", route);
      }
      String pattern = request.getParameter("pattern");
      if (pattern != null) {
        request.setAttribute(
            "org.springframework.web.servlet.HandlerMapping.bestMatchingPattern", pattern);
        if (request.getParameter("raw") == null) {
          request.setAttribute(RouterScenarios.SPRING_CONTEXT, this);
        }
      }
      String status = request.getParameter("status");
      if (status != null && !status.equals("200")) {
        response.sendError(Integer.parseInt(status));
      }
      String forward = request.getParameter("forward");
      if (forward != null && request.getDispatcherType() == DispatcherType.REQUEST) {
        request.getRequestDispatcher(forward).forward(request, response);
      }
    }
  }
}
