/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.CollectorCheck.Finding;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.PushReceiver;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

/** Every timeout may be as long as a {@link Duration} can be. */
class LongestTimeoutTest {
  private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  @Test
  void tracing_forever_deliversAndReturns() {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        Tracing tracing =
            Tracing.builder("shop")
                .endpoint(receiver.endpoint())
                .shutdownTimeout(FOREVER)
                .disableGlobal()
                .start()) {
      tracing.span("checkout", () -> {});
      assertThat(tracing.flush(FOREVER)).isTrue();
      assertThat(tracing.check(FOREVER).finding()).isEqualTo(Finding.OK);

      tracing.span("checkout", () -> {});
      assertThat(tracing.shutdown(FOREVER)).hasToString("delivered 2 spans, lost 0");
    }
  }

  @Test
  void tracing_simpleForever_deliversAndReturns() {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        Tracing tracing =
            Tracing.builder("shop")
                .endpoint(receiver.endpoint())
                .simple()
                .shutdownTimeout(FOREVER)
                .disableGlobal()
                .start()) {
      tracing.span("checkout", () -> {});

      assertThat(tracing.flush(FOREVER)).isTrue();
      assertThat(tracing.shutdown(FOREVER)).hasToString("delivered 1 spans, lost 0");
    }
  }

  @Test
  void metrics_forever_pushesAndReturns() throws Exception {
    try (PushReceiver receiver = PushReceiver.start();
        Metrics metrics =
            Metrics.builder("shop").port(0).pushgateway(receiver.url()).disableGlobal().start()) {
      assertThat(metrics.flush(FOREVER)).isTrue();
      assertThat(metrics.shutdown(FOREVER)).hasToString("delivered 1 pushes, lost 0");
      assertThat(receiver.pushes()).hasSize(2);
    }
  }

  @Test
  void shutdown_negative_doesNotWait() {
    Tracing tracing =
        Tracing.builder("shop").endpoint("http://127.0.0.1:1").disableGlobal().start();
    tracing.span("checkout", () -> {});

    assertThat(tracing.flush(FOREVER.negated())).isFalse();
    assertThat(tracing.shutdown(FOREVER.negated()).lostTotal()).isEqualTo(1);
  }

  @Test
  void metrics_nothingPushed_isComplete() {
    Metrics metrics = Metrics.builder("shop").port(0).disableGlobal().start();

    ShutdownReport report = metrics.shutdown(FOREVER.negated());

    assertThat(report).hasToString("delivered 0 pushes, lost 0");
    assertThat(report.isComplete()).isTrue();
    assertThat(report.deadlineReached()).isFalse();
  }
}
