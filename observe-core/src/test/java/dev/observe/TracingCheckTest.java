/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.CollectorCheck.Finding;
import dev.observe.internal.check.CollectorProbe;
import dev.observe.testkit.FaultyCollector;
import dev.observe.testkit.FaultyCollector.Mode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tracing says what is wrong with the endpoint, when asked and at the first failure. */
class TracingCheckTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final FaultyCollector collector = FaultyCollector.start();
  private final Logger logger = Logger.getLogger(CollectorProbe.class.getName());
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void captureLog() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void close() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
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

  private List<String> lines() {
    return records.stream().map(LogRecord::getMessage).toList();
  }

  private static List<String> checkThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("observe-check") || name.startsWith("observe-first"))
        .toList();
  }

  @Test
  void check_asksTheEndpointOfTheBuilder() {
    try (Tracing tracing = builder().start()) {
      CollectorCheck check = tracing.check();

      assertThat(check.finding()).isEqualTo(Finding.OK);
      assertThat(check.message())
          .isEqualTo(
              collector.endpoint()
                  + "/v1/traces takes spans: a request without any was answered 200.");
      assertThat(collector.spans()).isZero();
    }
    assertThat(lines()).isEmpty();
  }

  @Test
  void check_afterClose_stillAnswers() {
    Tracing tracing = builder().start();
    tracing.close();
    collector.refuse();

    assertThat(tracing.check(PATIENCE).finding()).isEqualTo(Finding.CONNECTION_REFUSED);
  }

  @Test
  void check_withoutOtlp_saysSo() {
    try (Tracing tracing = builder().exporter("none").start()) {
      assertThat(tracing.check().finding()).isEqualTo(Finding.NO_OTLP_EXPORTER);
    }
    try (Tracing tracing = builder().property("otel.sdk.disabled", "true").start()) {
      assertThat(tracing.check().message())
          .startsWith("No spans are made: otel.sdk.disabled (OTEL_SDK_DISABLED) is true.");
    }
  }

  /** Refused for good, or not taken now: either way somebody wants to know what to change. */
  @Test
  void firstFailure_isExplainedInOneLine() {
    collector.status(401, "");
    try (Tracing tracing = builder().start()) {
      for (int i = 0; i < 3; i++) {
        endSpan(tracing);
        assertThat(tracing.flush(PATIENCE)).isFalse();
      }
      await().atMost(PATIENCE).until(() -> !lines().isEmpty());
    }

    assertThat(lines())
        .containsExactly(
            collector.endpoint()
                + "/v1/traces answers 401 Unauthorized; sent was no header of yours. Set"
                + " otel.exporter.otlp.headers (OTEL_EXPORTER_OTLP_HEADERS) to the credentials it"
                + " asks for, such as authorization=Bearer%20<token>.");
    assertThat(records).allMatch(record -> record.getThrown() == null);
    await().atMost(PATIENCE).until(() -> checkThreads().isEmpty());
  }

  /** A program that is too short-lived for a second try is told all the same. */
  @Test
  void firstFailure_whileClosing_isExplained() {
    collector.refuse();
    Tracing tracing = builder().start();
    endSpan(tracing);

    ShutdownReport report = tracing.shutdown(Duration.ofSeconds(2));

    assertThat(report.lostTotal()).isEqualTo(1);
    assertThat(lines()).singleElement().asString().startsWith("Nothing listens at 127.0.0.1:");
  }

  @Test
  void close_endsACheckUnderWay() {
    collector.mode(Mode.HANG);
    Tracing tracing =
        builder()
            .property("otel.bsp.export.timeout", "200")
            .property("otel.exporter.otlp.timeout", "60000")
            .start();
    endSpan(tracing);
    await().atMost(PATIENCE).until(() -> checkThreads().size() == 2);

    tracing.shutdown(Duration.ofMillis(200));

    await().atMost(Duration.ofSeconds(10)).until(() -> checkThreads().isEmpty());
    assertThat(lines()).isEmpty();
  }
}
