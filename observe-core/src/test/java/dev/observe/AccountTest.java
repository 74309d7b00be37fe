/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.testkit.FaultyCollector;
import dev.observe.testkit.FaultyCollector.Mode;
import dev.observe.testkit.NumberedSpans;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Promise P2, in the scrape and in the report: every span counts exactly once. */
@Timeout(120)
class AccountTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(500);

  private final FaultyCollector collector = FaultyCollector.start();
  private final Metrics metrics = Metrics.builder("account").port(0).disableGlobal().start();
  private final HttpClient client = HttpClient.newHttpClient();
  @TempDir private Path spool;

  @AfterEach
  void stop() {
    metrics.close();
    collector.close();
  }

  /** The samples of one pipeline. */
  private record Account(
      long ended, long recovered, long delivered, long lost, long waiting, long spooled) {
    void assertExact() {
      assertThat(delivered + lost + waiting).as("%s", this).isEqualTo(ended + recovered);
      assertThat(spooled).as("%s", this).isLessThanOrEqualTo(waiting);
    }
  }

  private TracingBuilder builder() {
    return Tracing.builder("account").endpoint(collector.endpoint()).disableGlobal();
  }

  private Account scrape() {
    String page;
    try {
      page =
          client
              .send(HttpRequest.newBuilder(metrics.uri()).build(), BodyHandlers.ofString())
              .body();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    Account account =
        new Account(
            sum(page, "observe_spans_ended_total"),
            sum(page, "observe_spans_recovered_total"),
            sum(page, "observe_spans_delivered_total"),
            sum(page, "observe_spans_lost_total"),
            sum(page, "otel_sdk_processor_span_queue_size"),
            sum(page, "observe_spans_spooled"));
    account.assertExact();
    return account;
  }

  private static long sum(String page, String name) {
    List<String> samples =
        page.lines()
            .filter(line -> line.startsWith(name + "{otel_component_name="))
            .map(line -> line.substring(line.lastIndexOf(' ') + 1))
            .toList();
    assertThat(samples).as(name).isNotEmpty();
    return samples.stream().mapToLong(value -> (long) Double.parseDouble(value)).sum();
  }

  @Test
  void overBudget_lostDeliveredAndWaiting_addUpToEnded() {
    collector.status(503, "");
    Tracing tracing = builder().maxQueueSpans(1_000).start();
    NumberedSpans spans = new NumberedSpans(tracing.tracer());

    spans.end(2_500);
    assertThat(scrape()).isEqualTo(new Account(2_500, 0, 0, 1_500, 1_000, 0));

    // 1,000 spans wait and need two requests, of which each loses 30.
    collector.partial(30);
    assertThat(tracing.flush(LONG)).isFalse();
    assertThat(scrape()).isEqualTo(new Account(2_500, 0, 940, 1_560, 0, 0));

    collector.status(400, "");
    spans.end(100);
    assertThat(tracing.flush(LONG)).isFalse();
    assertThat(scrape()).isEqualTo(new Account(2_600, 0, 940, 1_660, 0, 0));

    collector.refuse();
    spans.end(400);
    assertThat(tracing.flush(SHORT)).isFalse();
    assertThat(scrape()).isEqualTo(new Account(3_000, 0, 940, 1_660, 400, 0));

    ShutdownReport report = tracing.shutdown(SHORT);
    assertThat(report.delivered()).isEqualTo(940).isEqualTo(collector.received().size());
    assertThat(report.lost())
        .isEqualTo(
            Map.of(
                DropReason.QUEUE_FULL, 1_500L,
                DropReason.REJECTED, 160L,
                DropReason.SHUTDOWN, 400L));
    assertThat(report.delivered() + report.lostTotal()).isEqualTo(spans.ended());
  }

  @Test
  void spool_waitingAndRecoveredSpans_areCounted() {
    collector.status(503, "");
    Tracing first = builder().spool(spool, 1 << 20).start();
    new NumberedSpans(first.tracer()).end(500);
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(scrape()).isEqualTo(new Account(500, 0, 0, 0, 500, 500)));
    ShutdownReport left = first.shutdown(LONG);
    assertThat(left.spooled()).isEqualTo(500);
    assertThat(left.delivered() + left.lostTotal()).isZero();

    Tracing second = builder().spool(spool, 1 << 20).start();
    assertThat(scrape()).isEqualTo(new Account(0, 500, 0, 0, 500, 500));
    collector.mode(Mode.OK);
    new NumberedSpans(second.tracer()).end(20);
    assertThat(second.flush(LONG)).isTrue();
    await().untilAsserted(() -> assertThat(scrape()).isEqualTo(new Account(20, 500, 520, 0, 0, 0)));

    assertThat(second.shutdown(LONG)).hasToString("delivered 520 spans, lost 0");
  }

  @Test
  void simple_allSpans_areCounted() {
    Tracing tracing = builder().simple().start();
    NumberedSpans spans = new NumberedSpans(tracing.tracer());

    spans.end(3);
    collector.status(400, "");
    spans.end(2);

    assertThat(scrape()).isEqualTo(new Account(5, 0, 3, 2, 0, 0));
    assertThat(tracing.flush(LONG)).isFalse();
    assertThat(tracing.shutdown(LONG)).hasToString("delivered 3 spans, lost 2 (rejected 2)");
  }
}
