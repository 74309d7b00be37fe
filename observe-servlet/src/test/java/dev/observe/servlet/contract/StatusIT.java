/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.servlet.ObserveFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Promise P9 in an application that responds with any number that a client sends. */
class StatusIT {
  /** Without 100 to 199, which end no response: Jetty waits for the final one. */
  private static final int[] STATUSES =
      IntStream.rangeClosed(0, 2_000).filter(status -> status < 100 || status >= 200).toArray();

  static Stream<ContainerKind> all() {
    return ContainerKind.available().stream();
  }

  /** A span has the number as it is; the metrics count all invalid numbers as one value. */
  @ParameterizedTest
  @MethodSource("all")
  void P9_everyNumberAsStatus_isOneOfAClosedSet(ContainerKind container) throws IOException {
    try (Telemetry telemetry = new Telemetry();
        TestServer server = container.start(app(telemetry))) {
      for (int status : STATUSES) {
        ask(server.port(), "/echo/" + status);
      }
      await().until(() -> telemetry.active() == 0 && telemetry.spans().size() == STATUSES.length);

      Map<String, Long> sent =
          telemetry.spans().stream()
              .collect(groupingBy(span -> counted(Telemetry.status(span)), counting()));
      Map<String, Long> counted =
          telemetry.durations().entrySet().stream()
              .collect(
                  groupingBy(
                      entry -> entry.getKey().get("http_response_status_code"),
                      summingLong(entry -> entry.getValue().count())));
      assertThat(counted).isEqualTo(sent).containsKeys("200", "404", "599");
      assertThat(telemetry.spans().stream().map(Telemetry::status)).contains("600", "999");
      assertThat(counted.get("_OTHER")).isGreaterThanOrEqualTo(400);
      assertThat(telemetry.durations().keySet())
          .extracting(labels -> labels.get("error_type"))
          .allMatch(type -> type.matches("|5[0-9]{2}|_OTHER|[a-zA-Z.]+Exception"));

      ask(server.port(), "/late");
      await()
          .untilAsserted(
              () ->
                  assertThat(telemetry.durations().keySet())
                      .extracting(labels -> labels.get("http_route"))
                      .contains("/late"));
    }
  }

  private static App app(Telemetry telemetry) {
    ObserveFilter filter =
        ObserveFilter.builder(telemetry.openTelemetry(), telemetry.registry).build();
    return App.at("")
        .filter("observe", filter, "/*", EnumSet.of(DispatcherType.REQUEST))
        .servlet("echo", new Echo(), "/echo/*", "/late");
  }

  /** Uses a new connection: after an invalid status the container may send anything. */
  private static void ask(int port, String path) throws IOException {
    try (Wire wire = Wire.connect(port)) {
      wire.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      while (wire.readLine() != null) {
        // Until the server closes.
      }
    }
  }

  private static String counted(String status) {
    return status.isEmpty() || status.matches("[1-5][0-9]{2}") ? status : "_OTHER";
  }

  private static final class Echo extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) {
      String path = request.getPathInfo();
      response.setStatus(path == null ? 200 : Integer.parseInt(path.substring(1)));
    }
  }
}
