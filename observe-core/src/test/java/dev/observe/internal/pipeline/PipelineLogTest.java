/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.DropReason;
import dev.observe.internal.util.SafeText;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PipelineLogTest {
  private static final Logger LOGGER = Logger.getLogger("dev.observe.export");

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          // The pipelines of other tests log here too.
          if (line.getMessage().contains("http://target")) {
            assertThat(line.getThrown()).as("stack trace").isNull();
            lines.add(line.getLevel() + " " + line.getMessage());
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  private final SpanCounts counts = new SpanCounts();
  private long nanos;
  private final PipelineLog log = new PipelineLog("http://target", counts, () -> nanos);
  private final Outage outage = new Outage(log);

  @BeforeEach
  void listen() {
    LOGGER.addHandler(handler);
  }

  @AfterEach
  void stopListening() {
    LOGGER.removeHandler(handler);
  }

  @Test
  void writeDue_manyLosses_oneLineAMinuteForEachReason() {
    counts.lostAtEntry(DropReason.QUEUE_FULL);
    counts.lostFromQueue(DropReason.EXPIRED, 7);
    log.writeDue();
    for (int second = 1; second < 60; second++) {
      advanceSeconds(1);
      counts.lostAtEntry(DropReason.QUEUE_FULL);
      log.writeDue();
    }

    assertThat(lines)
        .containsExactly(
            "WARNING Lost 1 spans to http://target, queue_full: the queue was full",
            "WARNING Lost 7 spans to http://target, expired: not acknowledged within the"
                + " retry time");
    lines.clear();

    advanceSeconds(1);
    log.writeDue();
    log.writeDue();

    assertThat(lines)
        .containsExactly("WARNING Lost 59 spans to http://target, queue_full: the queue was full");
  }

  /** The text of a collector must not be able to forge a line of our log. */
  @Test
  void writeDue_rejectionWithLineBreaks_isOneLine() {
    log.rejection(SafeText.oneLine("bad\r\nSEVERE forged\u2028\u0007" + "x".repeat(1_000)));
    counts.rejected(400, 3);
    log.writeDue();

    assertThat(lines).hasSize(1);
    assertThat(lines.get(0))
        .startsWith("WARNING Lost 3 spans to http://target, rejected: bad  SEVERE forged")
        .doesNotContain("\n", "\r", "\u2028", "\u0007")
        .hasSizeLessThan(300);
  }

  @Test
  void outage_beginsAndEnds_oneLineEach() {
    outage.failed("connection refused", nanos, 512);
    advanceSeconds(12);
    outage.failed("connection refused", nanos, 9_000);
    outage.delivered(512, nanos, 512, 9_000);
    outage.delivered(8_488, nanos, 9_000, 9_100);

    assertThat(lines)
        .containsExactly(
            "WARNING Cannot deliver spans to http://target (connection refused); 512 wait and are"
                + " retried",
            "INFO http://target is back after 12 s; 9000 spans were delivered late");
  }

  @Test
  void outage_failsAgainBeforeBacklogIsDelivered_isTheSameOutage() {
    outage.failed("HTTP 503", nanos, 1_000);
    advanceSeconds(5);
    outage.delivered(512, nanos, 512, 1_000);
    outage.failed("HTTP 503", nanos, 488);
    advanceSeconds(5);
    outage.delivered(488, nanos, 1_000, 1_000);

    assertThat(lines).hasSize(2);
    assertThat(lines.get(1))
        .isEqualTo("INFO http://target is back after 10 s; 1000 spans were delivered late");
  }

  @Test
  void outage_repeated_doesNotFloodTheLog() {
    for (int i = 0; i < 100; i++) {
      outage.failed("HTTP 503", nanos, 1);
      outage.delivered(1, nanos, 1, 1);
    }

    assertThat(lines).hasSize(2);
  }

  @Test
  void writeDue_workerError_isLogged() {
    counts.workerErrors.incrementAndGet();
    log.workerError("IllegalStateException: broken");
    log.writeDue();

    assertThat(lines)
        .containsExactly(
            "WARNING Exporting to http://target failed with an error 1 times and continues:"
                + " IllegalStateException: broken");
  }

  private void advanceSeconds(int seconds) {
    nanos += TimeUnit.SECONDS.toNanos(seconds);
  }
}
