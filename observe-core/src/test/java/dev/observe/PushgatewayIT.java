/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.testkit.ForkedJvm;
import dev.observe.testkit.PushReceiver;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A short job whose code contains neither a push nor a close. */
class PushgatewayIT {
  /** A main class that records metrics and returns. */
  static final class Backup {
    private Backup() {}

    public static void main(String[] args) {
      Metrics metrics = Observe.initMetrics("backup");
      metrics.timer("t_backup").time(() -> metrics.counter("t_files").inc(3));
    }
  }

  private static ForkedJvm start(String url) {
    return ForkedJvm.start(
        Backup.class,
        Map.of("observe.metrics.pushgateway", url, "otel.exporter.prometheus.port", "0"));
  }

  @Test
  void mainReturns_metricsArePushed() {
    try (PushReceiver receiver = PushReceiver.start();
        ForkedJvm jvm = start(receiver.url())) {
      assertThat(jvm.awaitExit()).as(jvm.output()).isZero();

      assertThat(receiver.pushes()).as(jvm.output()).hasSize(1);
      assertThat(receiver.pushes().get(0).path()).isEqualTo("/metrics/job/backup");
      assertThat(receiver.pushes().get(0).text())
          .contains("\nt_files_total 3.0\n", "\nt_backup_seconds_count 1\n", "\nprocess_");
    }
  }

  /** Promise P4: the exit of the JVM waits 5 s at most. */
  @Test
  void mainReturns_gatewayHangs_jvmEnds() {
    try (PushReceiver receiver = PushReceiver.start()) {
      receiver.hang();
      long start = System.nanoTime();
      try (ForkedJvm jvm = start(receiver.url())) {
        assertThat(jvm.awaitExit()).as(jvm.output()).isZero();

        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(30));
      }
    }
  }
}
