/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.Metrics;
import dev.observe.Observe;
import dev.observe.Tracing;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.ReceivedSpan;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import sample.Sample.Server;

/** Starts and ends of contexts. */
class LifecycleIT {
  static Stream<Server> servers() {
    return Sample.SERVERS.stream();
  }

  @ParameterizedTest
  @MethodSource("servers")
  void close_duringARequest_deliversItsSpanAndFreesThePort(Server server) throws Exception {
    URI page;
    try (OtlpReceiver collector = OtlpReceiver.start()) {
      CompletableFuture<Integer> slow;
      try (Sample sample =
          Sample.builder()
              .server(server)
              .collector(collector)
              // Longer than the test, so that only the close delivers.
              .property("otel.bsp.schedule.delay", "60000")
              .start()) {
        page = sample.bean(Metrics.class).uri();
        slow = CompletableFuture.supplyAsync(() -> sample.get("/slow/1000").statusCode());
        awaitActive(sample);
      }

      assertThat(slow.get()).isEqualTo(200);
      assertThat(collector.spans())
          .singleElement()
          // Not the route: Undertow may clear the request while it stops.
          .satisfies(span -> assertThat(span.attributes()).containsEntry("url.path", "/slow/1000"));
    }
    assertThat(Observe.currentTracing()).isEmpty();
    assertThat(Observe.currentMetrics()).isEmpty();
    assertThat(isOpen(page)).isFalse();
  }

  private static void awaitActive(Sample sample) {
    await()
        .untilAsserted(
            () -> assertThat(sample.page()).containsPattern("http_server_active_requests\\{.*} 1"));
  }

  private static boolean isOpen(URI uri) throws Exception {
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      return socket.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }

  @Test
  void contexts_atTheSameTime_haveTheirOwnHandles() {
    try (OtlpReceiver first = OtlpReceiver.start();
        OtlpReceiver second = OtlpReceiver.start()) {
      Tracing firstTracing;
      try (Sample one =
          Sample.builder().property("spring.application.name", "one").collector(first).start()) {
        firstTracing = one.bean(Tracing.class);
        try (Sample two =
            Sample.builder().property("spring.application.name", "two").collector(second).start()) {
          one.get("/hello/one");
          two.get("/hello/two");

          assertThat(services(first)).containsExactly("one /hello/one");
          assertThat(services(second)).containsExactly("two /hello/two");
          assertThat(one.page()).contains("service_name=\"one\"");
          assertThat(two.page()).contains("service_name=\"two\"");
        }
        one.get("/hello/again");

        assertThat(first.awaitSpans(2)).hasSize(2);
        assertThat(Observe.currentTracing()).contains(firstTracing);
      }
    }
    assertThat(Observe.currentTracing()).isEmpty();
  }

  private static Stream<String> services(OtlpReceiver collector) {
    return collector.awaitSpans(1).stream().map(LifecycleIT::service);
  }

  private static String service(ReceivedSpan span) {
    return span.resource().get("service.name") + " " + span.attributes().get("url.path");
  }

  @Test
  void context_startedAgain_measuresAgain() {
    for (int i = 0; i < 3; i++) {
      try (OtlpReceiver collector = OtlpReceiver.start();
          Sample sample = Sample.builder().collector(collector).start()) {
        sample.get("/hello/" + i);

        assertThat(collector.awaitSpans(1)).hasSize(1);
        assertThat(sample.page())
            .containsPattern("http_server_request_duration_seconds_count\\{.*} 1\n");
      }
    }
  }

  @Test
  void context_thatFails_leavesNothingBehind() {
    Sample.Builder failing =
        Sample.builder()
            .bean(
                Failing.class,
                () -> {
                  throw new IllegalStateException("fails after the filter");
                });

    assertThatThrownBy(failing::start).rootCause().hasMessage("fails after the filter");

    assertThat(Observe.currentTracing()).isEmpty();
    assertThat(Observe.currentMetrics()).isEmpty();
  }

  /** Never created. */
  static final class Failing {}

  @Test
  void managementPort_hasNoFilterAndDoesNotDisturb() {
    try (OtlpReceiver collector = OtlpReceiver.start()) {
      try (Sample sample =
          Sample.builder().property("management.server.port", "0").collector(collector).start()) {
        URI health =
            URI.create(
                "http://127.0.0.1:"
                    + sample.property("local.management.port")
                    + "/actuator/health");
        assertThat(Sample.send("GET", health).statusCode()).isEqualTo(200);
        sample.get("/hello/ada");
      }

      assertThat(collector.spans())
          .singleElement()
          .satisfies(span -> assertThat(span.name()).isEqualTo("GET /hello/{name}"));
    }
  }
}
