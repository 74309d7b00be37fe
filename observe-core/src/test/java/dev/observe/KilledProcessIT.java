/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.testkit.Away;
import dev.observe.testkit.FaultyCollector;
import dev.observe.testkit.ForkedJvm;
import dev.observe.testkit.NumberedSpans;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process is killed in an outage, and the next one has the same spool (promise P7). */
@Timeout(120)
class KilledProcessIT {
  private static final int PER_SECOND = 500;
  private static final String ENDED = "ended ";

  private final FaultyCollector collector = FaultyCollector.start();
  @TempDir private Path spool;

  @AfterEach
  void stopCollector() {
    collector.close();
  }

  /** Ends spans until it is killed, and prints their number. */
  static final class EndsSpans {
    private EndsSpans() {}

    public static void main(String[] args) {
      Tracing tracing = Observe.initTracing("killed");
      NumberedSpans spans = new NumberedSpans(tracing.tracer());
      while (true) {
        spans.endSteadily(PER_SECOND, Duration.ofMillis(50));
        System.out.println(ENDED + spans.ended());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"REFUSED", "HANGING", "UNAVAILABLE"})
  void kill_nextStart_deliversAllButTheLastSecond(Away away) {
    away.begin(collector);
    long endedASecondBefore;
    long endedAtLast;
    try (ForkedJvm jvm =
        ForkedJvm.start(
            EndsSpans.class,
            Map.of(
                "otel.exporter.otlp.endpoint",
                collector.endpoint(),
                "observe.spool.directory",
                spool.toString()))) {
      await().atMost(Duration.ofSeconds(60)).until(() -> ended(jvm) > PER_SECOND);
      endedASecondBefore = ended(jvm);
      long start = System.nanoTime();
      await()
          .pollInterval(Duration.ofMillis(5))
          .until(() -> System.nanoTime() - start >= Duration.ofSeconds(1).toNanos());
      jvm.kill();
      assertThat(jvm.awaitExit()).as(jvm.output()).isEqualTo(137);
      endedAtLast = ended(jvm);
    }
    away.end(collector);

    try (Tracing next =
        Tracing.builder("next")
            .endpoint(collector.endpoint())
            .spool(spool, 10 << 20)
            .disableGlobal()
            .start()) {
      assertThat(next.flush(Duration.ofSeconds(30))).isTrue();
    }

    Map<Long, Integer> received = collector.received();
    assertThat((long) received.size()).isGreaterThanOrEqualTo(endedASecondBefore);
    // In order and without a gap: only the last spans are missing.
    assertThat(received.keySet())
        .containsExactlyInAnyOrderElementsOf(LongStream.range(0, received.size()).boxed().toList());
    assertThat(received.values()).as("duplicates").containsOnly(1);
    // The last line may be lost with the process, which was a little ahead of it.
    assertThat((long) received.size()).isLessThanOrEqualTo(endedAtLast + PER_SECOND);
  }

  private static long ended(ForkedJvm jvm) {
    List<Long> numbers =
        jvm.output()
            .lines()
            .filter(line -> line.matches(ENDED + "\\d+"))
            .map(line -> Long.parseLong(line.substring(ENDED.length())))
            .toList();
    return numbers.isEmpty() ? 0 : numbers.get(numbers.size() - 1);
  }
}
