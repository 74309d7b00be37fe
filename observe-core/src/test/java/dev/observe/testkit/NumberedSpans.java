/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Tracer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Ends spans with consecutive ids from 0, which a {@link FaultyCollector} records. Thread-safe. */
public final class NumberedSpans {
  private static final AttributeKey<Long> ID = AttributeKey.longKey(FaultyCollector.ID);

  private final Tracer tracer;
  private final AtomicLong nextId = new AtomicLong();

  /** Creates the spans with this tracer. */
  public NumberedSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  /** Ends {@code count} spans at once. */
  public void end(int count) {
    end(count, "value");
  }

  /** Ends {@code count} spans at once, each with a separate copy of {@code value}. */
  public void end(int count, String value) {
    for (int i = 0; i < count; i++) {
      tracer
          .spanBuilder("work")
          .setAttribute(ID, nextId.getAndIncrement())
          .setAttribute("value", new String(value.toCharArray()))
          .startSpan()
          .end();
    }
  }

  /** Ends {@code perSecond} spans a second until {@code duration} is over. */
  public void endSteadily(int perSecond, Duration duration) {
    long start = System.nanoTime();
    long ended = 0;
    for (long at = 0; at < duration.toNanos(); at = System.nanoTime() - start) {
      long due = at * perSecond / TimeUnit.SECONDS.toNanos(1);
      end((int) (due - ended));
      ended = due;
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  /** Returns the number of ended spans; their ids are below it. */
  public long ended() {
    return nextId.get();
  }
}
