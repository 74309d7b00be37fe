/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.CollectorCheck.Finding;
import dev.observe.internal.check.CollectorProbe;
import dev.observe.internal.server.CapturedLog;
import dev.observe.testkit.FaultyCollector;
import dev.observe.testkit.FaultyCollector.Mode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Tracing} reports endpoint problems on request and after the first failed export. */
class TracingCheckTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final FaultyCollector collector = FaultyCollector.start();
  private final CapturedLog log = new CapturedLog(CollectorProbe.class);

  @AfterEach
  void close() {
    log.close();
    collector.close();
  }

  private TracingBuilder builder() {
    return Tracing.builder("shop")
        .endpoint(collector.endpoint())
        .property("otel.bsp.schedule.delay", "10")
        .disableGlobal()
        .disableShutdownHook();
  }

  private static void endSpan(Tracing tracing) {
    tracing.tracer().spanBuilder("checkout").startSpan().end();
  }

  private static List<String> checkThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("observe-check") || name.startsWith("observe-first"))
        .toList();
  }

  @Test
  void check_endpointOfTheBuilder_isUsed() {
    try (Tracing tracing = builder().start()) {
      CollectorCheck check = tracing.check();

      assertThat(check.finding()).isEqualTo(Finding.OK);
      assertThat(check.message())
          .isEqualTo(
              collector.endpoint()
                  + "/v1/traces accepts spans: the answer to a request without spans is 200.");
      assertThat(collector.spans()).isZero();
    }
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void check_afterClose_stillWorks() {
    Tracing tracing = builder().start();
    tracing.close();
    collector.refuse();

    assertThat(tracing.check(TIMEOUT).finding()).isEqualTo(Finding.CONNECTION_REFUSED);
  }

  @Test
  void check_withoutOtlpExporter_isReported() {
    try (Tracing tracing = builder().exporter("none").start()) {
      assertThat(tracing.check().finding()).isEqualTo(Finding.NO_OTLP_EXPORTER);
    }
    try (Tracing tracing = builder().property("otel.sdk.disabled", "true").start()) {
      assertThat(tracing.check().message())
          .startsWith("No spans are recorded: otel.sdk.disabled (OTEL_SDK_DISABLED) is true.");
    }
  }

  /** Repeated failures log one line that names the setting to change. */
  @Test
  void firstFailure_isExplainedInOneLine() {
    collector.status(401, "");
    try (Tracing tracing = builder().start()) {
      for (int i = 0; i < 3; i++) {
        endSpan(tracing);
        assertThat(tracing.flush(TIMEOUT)).isFalse();
      }
      await().atMost(TIMEOUT).until(() -> !log.lines().isEmpty());
    }

    assertThat(log.lines())
        .containsExactly(
            collector.endpoint()
                + "/v1/traces answers 401 Unauthorized; the request had no configured header. Set"
                + " otel.exporter.otlp.headers (OTEL_EXPORTER_OTLP_HEADERS) to the credentials"
                + " that it requires, such as authorization=Bearer%20<token>.");
    assertThat(log.records()).allMatch(record -> record.getThrown() == null);
    await().atMost(TIMEOUT).until(() -> checkThreads().isEmpty());
  }

  /** A program that ends before the first retry logs the explanation too. */
  @Test
  void firstFailure_whileClosing_isExplained() {
    collector.refuse();
    Tracing tracing = builder().start();
    endSpan(tracing);

    ShutdownReport report = tracing.shutdown(Duration.ofSeconds(2));

    assertThat(report.lostTotal()).isEqualTo(1);
    assertThat(log.lines()).singleElement().asString().startsWith("Nothing listens at 127.0.0.1:");
  }

  @Test
  void close_checkInFlight_isCancelled() {
    collector.mode(Mode.HANG);
    Tracing tracing =
        builder()
            .property("otel.bsp.export.timeout", "200")
            .property("otel.exporter.otlp.timeout", "60000")
            .start();
    endSpan(tracing);
    // Only the check sends this header.
    await()
        .atMost(TIMEOUT)
        .until(
            () ->
                collector.requestHeaders().stream()
                    .anyMatch(headers -> "close".equals(headers.get("connection"))));
    assertThat(checkThreads()).hasSize(1);

    tracing.shutdown(Duration.ofMillis(200));

    await().atMost(Duration.ofSeconds(10)).until(() -> checkThreads().isEmpty());
    assertThat(log.lines()).isEmpty();
  }
}
