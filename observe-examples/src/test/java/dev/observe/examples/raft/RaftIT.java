/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.observe.console.ConsoleSpanExporter;
import dev.observe.examples.support.Sample;
import dev.observe.examples.testing.SystemProperties;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.RealPrometheus;
import dev.observe.testkit.ReceivedSpan;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RaftIT {
  private static final List<String> CYCLE = List.of("second", "third", "first");

  @Test
  void calls_ofTheText_areAnsweredAndAppliedOnEachNodeInTheTrace() throws IOException {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      try (SystemProperties properties = tracesTo(receiver);
          Sample sample = Sample.create(ConsoleSpanExporter.create())) {
        Raft raft = Raft.start(sample);

        assertThat(change(sample, raft, "second"))
            .extracting(RaftIT::answer)
            .isEqualTo("200 second");
        assertThat(change(sample, raft, "third")).extracting(RaftIT::answer).isEqualTo("200 third");
        assertThat(change(sample, raft, "second"))
            .extracting(RaftIT::answer)
            .isEqualTo("400 invalid transition");
        assertThat(change(sample, raft, "first")).extracting(RaftIT::answer).isEqualTo("200 first");

        receiver.awaitSpans(4 * 5);
      }

      List<ReceivedSpan> requests = receiver.spans().stream().filter(ReceivedSpan::isRoot).toList();
      assertThat(requests)
          .hasSize(4)
          .allSatisfy(
              request -> {
                List<ReceivedSpan> trace = receiver.trace(request.traceId());
                ReceivedSpan submit =
                    trace.stream()
                        .filter(span -> span.name().equals("submit"))
                        .findFirst()
                        .orElseThrow();
                assertThat(submit.parentSpanId()).isEqualTo(request.spanId());
                assertThat(submit.attributes()).containsKey("raft.leader");
                assertThat(trace)
                    .filteredOn(span -> span.parentSpanId().equals(submit.spanId()))
                    .extracting(ReceivedSpan::name, span -> span.attributes().get("raft.node"))
                    .containsExactlyInAnyOrder(
                        tuple("apply", "n1"), tuple("apply", "n2"), tuple("apply", "n3"));
              });
    }
  }

  @Test
  void leader_closedUnderLoad_noAcknowledgedTransitionIsLost() throws IOException {
    try (OtlpReceiver receiver = OtlpReceiver.start()) {
      int acknowledged = 0;
      int unknown = 0;
      long longestNanos = 0;
      try (SystemProperties properties = tracesTo(receiver);
          Sample sample = Sample.create(ConsoleSpanExporter.create())) {
        Raft raft = Raft.start(sample);
        try (RealPrometheus prometheus = RealPrometheus.scraping(raft.metrics())) {
          for (int i = 0; i < 60; i++) {
            if (i == 30) {
              assertThat(raft.cluster().closeLeader()).startsWith("n");
            }
            long start = System.nanoTime();
            int status = change(sample, raft, CYCLE.get(i % 3)).statusCode();
            longestNanos = Math.max(longestNanos, System.nanoTime() - start);
            if (status == 200) {
              acknowledged++;
            } else {
              unknown++;
            }
          }
          int acks = acknowledged;
          int atMost = acknowledged + unknown;
          await()
              .atMost(Duration.ofSeconds(10))
              .untilAsserted(
                  () ->
                      assertThat(raft.cluster().transitions())
                          .hasSize(2)
                          .allSatisfy(count -> assertThat(count).isBetween(acks, atMost)));
          // Two elections: the first leader, and the one after it.
          prometheus.awaitQuery("sum(raft_leader_changes_total) >= 2");
          prometheus.awaitQuery("count(raft_lag == 0) == 2");
          assertThat(prometheus.query("min(raft_term) >= 2")).hasSize(1);
          assertThat(prometheus.query("sum(raft_commit_duration_seconds_count)"))
              .singleElement()
              .satisfies(count -> assertThat(count.value()).isGreaterThanOrEqualTo(acks));
        }
      }

      assertThat(acknowledged).isGreaterThanOrEqualTo(55);
      assertThat(Duration.ofNanos(longestNanos)).isLessThan(Duration.ofSeconds(5));
      Set<Object> leaders = new HashSet<>();
      receiver.spans().stream()
          .filter(span -> span.name().equals("submit"))
          .forEach(span -> leaders.add(span.attributes().getOrDefault("raft.leader", "none")));
      leaders.remove("none");
      assertThat(leaders).hasSize(2);
    }
  }

  @Test
  void majority_closed_answers503WithRetryAfter() throws IOException {
    try (SystemProperties properties =
            SystemProperties.set(Map.of("example.ports", "any", "otel.traces.exporter", "none"));
        Sample sample = Sample.create(ConsoleSpanExporter.create())) {
      Raft raft = Raft.start(sample);
      change(sample, raft, "second");
      raft.cluster().closeLeader();
      change(sample, raft, "third");
      raft.cluster().closeLeader();

      HttpResponse<String> response = change(sample, raft, "first");

      assertThat(answer(response)).isEqualTo("503 no leader");
      assertThat(response.headers().firstValue("Retry-After")).hasValue("1");
    }
  }

  private static SystemProperties tracesTo(OtlpReceiver receiver) {
    return SystemProperties.set(
        Map.of("example.ports", "any", "otel.exporter.otlp.endpoint", receiver.endpoint()));
  }

  private static HttpResponse<String> change(Sample sample, Raft raft, String next)
      throws IOException {
    return sample.send("GET", raft.web().resolve("/?next=" + next), "");
  }

  private static String answer(HttpResponse<String> response) {
    return response.statusCode() + " " + response.body().strip();
  }
}
