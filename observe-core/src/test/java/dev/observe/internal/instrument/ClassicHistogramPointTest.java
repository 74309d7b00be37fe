/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBucket;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassicHistogramPointTest {
  private final ClassicHistogramPoint point = new ClassicHistogramPoint(DurationBuckets.seconds());

  private HistogramDataPointSnapshot snapshot() {
    return point.snapshot(Labels.EMPTY, Exemplars.EMPTY);
  }

  private static List<String> buckets(HistogramDataPointSnapshot snapshot) {
    return snapshot.getClassicBuckets().stream()
        .map((ClassicHistogramBucket bucket) -> bucket.getUpperBound() + " " + bucket.getCount())
        .toList();
  }

  /** A value at a boundary belongs to the bucket below. */
  @ParameterizedTest
  @ValueSource(
      longs = {
        -5,
        0,
        1,
        4_999_999,
        5_000_000,
        5_000_001,
        10_000_000,
        75_000_000,
        75_000_001,
        100_000_000,
        2_500_000_000L,
        10_000_000_000L,
        10_000_000_001L,
        3_600_000_000_000L
      })
  void observe_matchesTheLibrary(long nanos) {
    Histogram library =
        Histogram.builder()
            .name("h")
            .classicOnly()
            .classicUpperBounds(DurationBuckets.seconds())
            .build();

    point.observe(nanos);
    library.observe(nanos / 1e9);

    HistogramDataPointSnapshot expected = library.collect().getDataPoints().get(0);
    assertThat(buckets(snapshot())).isEqualTo(buckets(expected));
    assertThat(snapshot().getSum()).isEqualTo(expected.getSum());
    assertThat(snapshot().getCount()).isEqualTo(1);
  }

  @Test
  void observe_returnsBucket() {
    assertThat(point.observe(5_000_000)).isZero();
    assertThat(point.observe(5_000_001)).isEqualTo(1);
    assertThat(point.observe(10_000_000_001L)).isEqualTo(DurationBuckets.seconds().length);
  }

  /** A concurrent scrape may have a sum that is ahead of the count, never one that is behind. */
  @Test
  void snapshot_concurrentObservations_countNeverExceedsSum() throws InterruptedException {
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch started = new CountDownLatch(2);
    Runnable work =
        () -> {
          started.countDown();
          while (!stop.get()) {
            point.observe(1_000_000_000L);
          }
        };
    Thread first = new Thread(work);
    Thread second = new Thread(work);
    first.start();
    second.start();
    started.await();
    for (int i = 0; i < 2_000; i++) {
      HistogramDataPointSnapshot snapshot = snapshot();
      assertThat(snapshot.getSum()).isGreaterThanOrEqualTo((double) snapshot.getCount());
    }
    stop.set(true);
    first.join();
    second.join();

    assertThat(snapshot().getSum()).isCloseTo((double) snapshot().getCount(), Offset.offset(1e-6));
  }
}
