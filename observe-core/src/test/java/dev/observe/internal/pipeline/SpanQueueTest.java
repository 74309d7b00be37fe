/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpanQueueTest {
  private static final SpanData SPAN =
      TestSpanData.builder()
          .setName("span")
          .setKind(SpanKind.INTERNAL)
          .setStatus(StatusData.unset())
          .setStartEpochNanos(0)
          .setEndEpochNanos(1)
          .setHasEnded(true)
          .build();

  private static void release(SpanQueue queue, int count) {
    List<SpanQueue.Entry> polled = new ArrayList<>();
    queue.poll(count, Long.MAX_VALUE, polled);
    queue.release(polled);
  }

  @Test
  void isFull_maxSpansReached_untilOneLeaves() {
    SpanQueue queue = new SpanQueue(2, 1_000_000);
    assertThat(queue.offer(SPAN, 1)).isNotNull();
    assertThat(queue.isFull()).isFalse();
    assertThat(queue.offer(SPAN, 1)).isNotNull();

    assertThat(queue.isFull()).isTrue();
    assertThat(queue.offer(SPAN, 1)).isNull();
    release(queue, 1);

    assertThat(queue.isFull()).isFalse();
    assertThat(queue.offer(SPAN, 1)).isNotNull();
    assertThat(queue.bytes()).isEqualTo(2);
  }

  @Test
  void isFull_smallSpanDidNotFit_untilOneLeaves() {
    SpanQueue queue = new SpanQueue(100, 102_400);
    assertThat(queue.offer(SPAN, 102_350)).isNotNull();
    assertThat(queue.offer(SPAN, 20)).isNotNull();
    assertThat(queue.isFull()).isFalse();

    assertThat(queue.offer(SPAN, 100)).isNull();

    assertThat(queue.isFull()).isTrue();
    assertThat(queue.bytes()).isEqualTo(102_370);
    release(queue, 1);
    assertThat(queue.isFull()).isFalse();
    assertThat(queue.bytes()).isEqualTo(20);
  }

  /** A large span that does not fit must not exclude smaller ones. */
  @Test
  void isFull_largeSpanDidNotFit_isFalse() {
    SpanQueue queue = new SpanQueue(100, 102_400);
    assertThat(queue.offer(SPAN, 102_200)).isNotNull();

    assertThat(queue.offer(SPAN, 201)).isNull();
    assertThat(queue.offer(SPAN, 101_000)).isNull();

    assertThat(queue.isFull()).isFalse();
    assertThat(queue.offer(SPAN, 200)).isNotNull();
  }
}
