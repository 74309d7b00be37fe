/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.Observe;
import dev.observe.Tracing;
import dev.observe.examples.testing.ForkedJvm;
import dev.observe.testing.OtlpReceiver;
import dev.observe.testing.ReceivedSpan;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JvmExitIT {
  private static final int SPANS = 2_000;

  /** Ends its last span and returns, with no word about the end of tracing. */
  static final class Returns {
    private Returns() {}

    public static void main(String[] args) {
      Tracing tracing = Observe.initTracing("short-job");
      for (int i = 0; i < SPANS; i++) {
        tracing.tracer().spanBuilder("work").setAttribute("number", i).startSpan().end();
      }
    }
  }

  /** Does the same and exits by itself. */
  static final class Exits {
    private Exits() {}

    public static void main(String[] args) {
      Returns.main(args);
      System.exit(3);
    }
  }

  @Test
  void mainReturns_allSpansAreDelivered() {
    assertAllDelivered(Returns.class, 0);
  }

  @Test
  void systemExit_allSpansAreDelivered() {
    assertAllDelivered(Exits.class, 3);
  }

  private static void assertAllDelivered(Class<?> main, int exitCode) {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        ForkedJvm jvm =
            ForkedJvm.start(main, Map.of("otel.exporter.otlp.endpoint", receiver.endpoint()))) {
      assertThat(jvm.awaitExit()).as(jvm.output()).isEqualTo(exitCode);

      assertThat(receiver.spans().stream().map(ReceivedSpan::spanId).distinct()).hasSize(SPANS);
      assertThat(receiver.spans()).hasSize(SPANS);
    }
  }
}
