/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.Span;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many concurrent requests, and many requests in sequence. */
class LoadIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Telemetry telemetry = Telemetry.counting();
  private final Guard guard = new Guard();

  static Stream<ContainerKind> all() {
    return ContainerKind.available().stream();
  }

  static Stream<ContainerKind> tomcatAndJetty() {
    return all().filter(container -> container != ContainerKind.UNDERTOW);
  }

  private App app(Scenario.Service service) {
    App app = App.at("").filter("guard", guard, "/*", EnumSet.allOf(DispatcherType.class));
    FilterSet.ALONE.addTo(app, telemetry, EnumSet.of(DispatcherType.REQUEST));
    return app.servlet("service", new ServiceServlet(service), "/*");
  }

  /** Other libraries record 200 for all of them. */
  @Tag("short")
  @ParameterizedTest
  @MethodSource("tomcatAndJetty")
  void asyncTimeouts_thousandAtOnce_allRecordedWithTheSentStatus(ContainerKind container)
      throws IOException {
    timeOut(container, 1_000, 3_000);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("tomcatAndJetty")
  void asyncTimeouts_tenThousandAtOnce_allRecordedWithTheSentStatus(ContainerKind container)
      throws IOException {
    timeOut(container, 10_000, 12_000);
  }

  private void timeOut(ContainerKind container, int count, int timeoutMillis) throws IOException {
    App app = app((request, response) -> request.startAsync().setTimeout(timeoutMillis));
    try (TestServer server = container.start(app)) {
      Process clients = ManyConnections.start(server.port(), count);
      await().atMost(LONG).until(() -> telemetry.active() == count);

      String statuses = new String(clients.getInputStream().readAllBytes(), UTF_8);

      assertThat(statuses).isEqualTo("{500=" + count + "}");
      awaitRecords(count);
      assertThat(telemetry.statuses()).containsOnlyKeys("500");
      assertThat(telemetry.durations()).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void complete_racingWithTheFiltersLeave_recordedOnceEach(ContainerKind container)
      throws Exception {
    int clients = 8;
    int each = 500;
    App app =
        app(
            (request, response) -> {
              AsyncContext context = request.startAsync();
              long delayMicros = ThreadLocalRandom.current().nextLong(5_000);
              Async.later(
                  context,
                  delayMicros,
                  (c, r) -> {
                    r.setStatus(202);
                    c.complete();
                  });
            });
    try (TestServer server = container.start(app)) {
      List<Integer> statuses = inParallel(clients, () -> sequence(server.port(), each));

      assertThat(statuses).hasSize(clients * each).containsOnly(202);
      awaitRecords(clients * each);
      assertThat(telemetry.statuses()).containsOnlyKeys("202");
    }
  }

  @Tag("short")
  @ParameterizedTest
  @MethodSource("all")
  void requests_twentyThousandOnPooledThreads_leaveNoContext(ContainerKind container)
      throws Exception {
    assertNoContextLeft(container, false, 20);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("all")
  void requests_hundredThousandOnPooledThreads_leaveNoContext(ContainerKind container)
      throws Exception {
    assertNoContextLeft(container, false, 100);
  }

  @ParameterizedTest
  @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads need Java 21")
  @MethodSource("tomcatAndJetty")
  void requests_hundredThousandOnVirtualThreads_leaveNoContext(ContainerKind container)
      throws Exception {
    assertNoContextLeft(container, true, 100);
  }

  private void assertNoContextLeft(ContainerKind container, boolean virtualThreads, int batches)
      throws Exception {
    int clients = 10;
    int batch = 100;
    App app =
        app(
            (request, response) -> {
              if (!Span.current().getSpanContext().isValid()) {
                response.setStatus(500);
              }
            });
    try (TestServer server = container.start(app, virtualThreads)) {
      List<Integer> statuses = inParallel(clients, () -> pipeline(server.port(), batches, batch));

      assertThat(statuses).hasSize(clients * batches * batch).containsOnly(200);
      awaitRecords(clients * batches * batch);
      assertThat(guard.faults()).isEmpty();
      assertThat(Telemetry.leakedContext()).isEmpty();
    }
  }

  private void awaitRecords(int count) {
    await()
        .atMost(LONG)
        .until(
            () ->
                guard.isQuiet()
                    && telemetry.active() == 0
                    && Records.count(telemetry.durations()) >= count
                    && telemetry.spanCount() >= count);
    assertThat(Records.count(telemetry.durations())).isEqualTo(count);
    assertThat(telemetry.spanCount()).isEqualTo(count);
  }

  /** Sends requests in sequence on one connection. */
  private static List<Integer> sequence(int port, int count) throws IOException {
    return pipeline(port, count, 1);
  }

  /** Sends batches of requests on one connection. */
  private static List<Integer> pipeline(int port, int batches, int batch) throws IOException {
    List<Integer> statuses = new ArrayList<>();
    String requests = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(batch);
    try (Wire wire = Wire.connect(port)) {
      for (int i = 0; i < batches; i++) {
        wire.send(requests);
        for (int j = 0; j < batch; j++) {
          statuses.add(wire.read().status());
        }
      }
    }
    return statuses;
  }

  private interface Client {
    List<Integer> run() throws IOException;
  }

  private static List<Integer> inParallel(int clients, Client client) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      List<Future<List<Integer>>> results = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        results.add(threads.submit(client::run));
      }
      List<Integer> statuses = new ArrayList<>();
      for (Future<List<Integer>> result : results) {
        statuses.addAll(result.get());
      }
      return statuses;
    } finally {
      threads.shutdownNow();
    }
  }

  private static final class ServiceServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private final transient Scenario.Service service;

    ServiceServlet(Scenario.Service service) {
      this.service = service;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
        throws jakarta.servlet.ServletException, IOException {
      service.serve(request, response);
    }
  }
}
