/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.servlet.ObserveFilter;
import dev.observe.servlet.internal.RequestEnds;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.prometheus.metrics.model.snapshots.Label;
import io.prometheus.metrics.model.snapshots.Labels;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Promise P9 for an application with a context path, which clients spell in many ways. */
@Tag("container")
class HostileContextIT {
  private static final int REQUESTS = 20_000;
  private static final int SAMPLED_REQUESTS = 4_000;

  /** The values of each label that a client may choose from. */
  private static final Map<String, String> ALLOWED =
      Map.of(
          "http_route",
          "|/shop/(products|orders/\\*|\\*\\.do|fail/\\*|things/\\{id})",
          "http_request_method",
          "CONNECT|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT|QUERY|TRACE|_OTHER",
          "http_response_status_code",
          "[1-5][0-9]{2}|",
          "url_scheme",
          "https?",
          "error_type",
          "|50[0-9]|java\\.lang\\.IllegalStateException",
          "network_protocol_version",
          "1\\.[01]");

  static List<ContainerKind> containers() {
    return ContainerKind.available();
  }

  @ParameterizedTest
  @MethodSource("containers")
  void P9_contextPathInOtherSpellings_reachesNoLabelAndNoSpanName(ContainerKind container)
      throws Exception {
    Telemetry telemetry = new Telemetry();
    int requests = container.isPlayedInFull() ? REQUESTS : SAMPLED_REQUESTS;
    Map<Integer, Integer> statuses;
    Set<Labels> series;
    try (TestServer server = container.start(app(telemetry))) {
      statuses = HostileClients.attackShop(server.port(), requests, 11);
      series = telemetry.durations().keySet();
    }

    assertThat(statuses).containsKeys(200, 400, 404, 500);
    assertThat(statuses.get(200)).isGreaterThan(requests / 10);
    assertThat(series)
        .extracting(labels -> labels.get("http_route"))
        .contains("/shop/products", "/shop/things/{id}");
    for (Labels labels : series) {
      for (Label label : labels) {
        assertThat(label.getValue()).as(label.getName()).matches(ALLOWED.get(label.getName()));
      }
    }
    assertThat(telemetry.spans().stream().map(SpanData::getName).distinct())
        .allMatch(name -> name.matches("(HTTP|[A-Z]+)( (" + ALLOWED.get("http_route") + "))?"));
    telemetry.close();
  }

  private static App app(Telemetry telemetry) {
    return App.at("/shop")
        .ownBuffers()
        .onStart(RequestEnds::register)
        .filter(
            "observe",
            ObserveFilter.create(telemetry.openTelemetry(), telemetry.registry),
            "/*",
            EnumSet.of(DispatcherType.REQUEST))
        .statusPage(404, "/things/missing")
        .servlet("shop", new Shop(), "/products", "/orders/*", "*.do", "/fail/*")
        .servlet("things", new Things(), "/things/*");
  }

  /** Responds to any method. */
  private static final class Shop extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws jakarta.servlet.ServletException, IOException {
      if (request.getServletPath().equals("/fail")) {
        throw new IllegalStateException("planned");
      }
      if (request.getServletPath().equals("/orders")) {
        request.getRequestDispatcher("/things/1").forward(request, response);
      }
    }
  }

  /** A router, and the page of errors. */
  private static final class Things extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
      request.setAttribute("http.route", "/shop/things/{id}");
    }
  }
}
