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
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Promise P3 with the public handle: compares the results of {@code flush} and {@code shutdown}
 * with the spans that the collector has acknowledged.
 */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class AcknowledgementTest {
  private static final int SPANS = 100;
  private static final Duration LONG = Duration.ofSeconds(20);

  private final FaultyCollector collector = FaultyCollector.start();
  @TempDir private Path spool;

  @AfterEach
  void stopCollector() {
    collector.close();
  }

  /** The behaviour of a collector, and how many spans it acknowledges. */
  enum Behaviour {
    OK(SPANS),
    SLOW(SPANS),
    HUGE_REPLY(SPANS),
    GZIP_BOMB(SPANS),
    PARTIAL(SPANS - 30),
    PARTIAL_ALL(0),
    REFUSED(0),
    HANGING(0),
    CUT(0),
    STATUS_302(0),
    STATUS_400(0),
    STATUS_401(0),
    STATUS_403(0),
    STATUS_404(0),
    STATUS_413(0),
    STATUS_429(0),
    STATUS_500(0),
    STATUS_502(0),
    STATUS_503(0),
    STATUS_504(0);

    private final int acknowledged;

    Behaviour(int acknowledged) {
      this.acknowledged = acknowledged;
    }

    void begin(FaultyCollector collector) {
      switch (this) {
        case OK -> collector.mode(Mode.OK);
        case SLOW -> collector.slow(300);
        case HUGE_REPLY -> collector.mode(Mode.HUGE);
        case GZIP_BOMB -> collector.mode(Mode.GZIP_BOMB);
        case PARTIAL, PARTIAL_ALL -> collector.partial(SPANS - acknowledged);
        case REFUSED -> collector.refuse();
        case HANGING -> collector.mode(Mode.HANG);
        case CUT -> collector.mode(Mode.CUT);
        default -> collector.status(Integer.parseInt(name().substring("STATUS_".length())), "");
      }
    }

    Duration timeout() {
      return acknowledged == SPANS ? LONG : Duration.ofMillis(600);
    }
  }

  @ParameterizedTest
  @EnumSource
  void memory_report_matchesTheCollector(Behaviour behaviour) {
    check(behaviour, builder());
  }

  @ParameterizedTest
  @EnumSource
  void spool_report_matchesTheCollector(Behaviour behaviour) {
    check(behaviour, builder().spool(spool, 1 << 20));
  }

  private TracingBuilder builder() {
    return Tracing.builder("acknowledged").endpoint(collector.endpoint()).disableGlobal();
  }

  private void check(Behaviour behaviour, TracingBuilder builder) {
    behaviour.begin(collector);
    Tracing tracing = builder.start();
    new NumberedSpans(tracing.tracer()).end(SPANS);

    long start = System.nanoTime();
    boolean flushed = tracing.flush(behaviour.timeout());
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    ShutdownReport report = tracing.shutdown(behaviour.timeout());

    assertThat(collector.received()).hasSize(behaviour.acknowledged);
    assertThat(flushed).isEqualTo(behaviour.acknowledged == SPANS);
    assertThat(took).isLessThan(behaviour.timeout().plusSeconds(2));
    assertThat(report.delivered()).as("%s", report).isEqualTo(behaviour.acknowledged);
    assertThat(report.delivered() + report.lostTotal() + report.spooled())
        .as("%s", report)
        .isEqualTo(SPANS);
    assertThat(report.isComplete() && report.spooled() == 0)
        .as("%s", report)
        .isEqualTo(behaviour.acknowledged == SPANS);
  }

  /** One exporter that hangs must not use up the time of the other. */
  @Test
  void shutdown_oneOfTwoHangs_theOtherDelivers() {
    try (FaultyCollector hanging = FaultyCollector.start()) {
      hanging.mode(Mode.HANG);
      Tracing tracing =
          builder()
              .addSpanExporter(
                  OtlpHttpSpanExporter.builder()
                      .setEndpoint(hanging.endpoint() + "/v1/traces")
                      .build())
              .start();
      new NumberedSpans(tracing.tracer()).end(SPANS);

      ShutdownReport report = tracing.shutdown(Duration.ofSeconds(2));

      assertThat(collector.received()).hasSize(SPANS);
      assertThat(report.delivered()).isEqualTo(SPANS);
      assertThat(report.lost()).isEqualTo(Map.of(DropReason.SHUTDOWN, (long) SPANS));
    }
  }

  /** Each span is one request here, of which {@code partial_success} rejects all. */
  @ParameterizedTest
  @EnumSource(
      names = {"HANGING", "CUT", "SLOW"},
      mode = EnumSource.Mode.EXCLUDE)
  void simple_report_matchesTheCollector(Behaviour behaviour) {
    behaviour.begin(collector);
    boolean good = behaviour.acknowledged == SPANS;
    Tracing tracing = builder().simple().start();
    new NumberedSpans(tracing.tracer()).end(3);

    assertThat(tracing.flush(LONG)).isEqualTo(good);
    assertThat(tracing.flush(LONG)).as("a flush reports a loss once").isTrue();

    ShutdownReport report = tracing.shutdown(LONG);
    assertThat(collector.received()).hasSize(good ? 3 : 0);
    assertThat(report.delivered()).isEqualTo(good ? 3 : 0);
    assertThat(report.lostTotal()).isEqualTo(good ? 0 : 3);
    assertThat(report.isComplete()).isEqualTo(good);
  }

  @Test
  void simple_hangingCollector_spanInFlightIsLostAtTheDeadline() throws Exception {
    collector.mode(Mode.HANG);
    Tracing tracing = builder().simple().start();
    NumberedSpans spans = new NumberedSpans(tracing.tracer());
    Thread ending = new Thread(() -> spans.end(1));
    ending.start();
    await().until(() -> collector.requestNanos().size() == 1);

    assertThat(tracing.flush(Duration.ofMillis(300))).isFalse();
    ShutdownReport report = tracing.shutdown(Duration.ofMillis(300));

    assertThat(report).hasToString("delivered 0 spans, lost 1 (shutdown 1), deadline reached");
    collector.close();
    ending.join();
    assertThat(tracing.shutdown(LONG)).isSameAs(report);
  }
}
