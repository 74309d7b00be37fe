/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * For each bucket of a series a sampled span that fell in it.
 *
 * <p>The library would keep them too, by a thread of its own that outlives a redeploy.
 */
public final class BucketExemplars {
  /** An exemplar leads to an example, so a fresh one each second is enough; the rest is waste. */
  private static final long EXEMPLAR_MILLIS = 1_000;

  private record Example(String traceId, String spanId, double value, long atMillis) {}

  private final double[] upperBounds;
  private final AtomicReferenceArray<@Nullable Example> examples;

  /** Begins without any. */
  public BucketExemplars(double... upperBounds) {
    this.upperBounds = upperBounds;
    this.examples = new AtomicReferenceArray<>(upperBounds.length + 1);
  }

  /** Keeps a sampled span if its bucket's example is not fresh, and returns whether it did. */
  public boolean keep(double value, SpanContext span) {
    return keep(bucket(value), value, span, System.currentTimeMillis());
  }

  /** Returns the bucket that a value falls in. */
  public int bucket(double value) {
    int bucket = 0;
    while (bucket < upperBounds.length && value > upperBounds[bucket]) {
      bucket++;
    }
    return bucket;
  }

  /** As {@link #keep(double, SpanContext)}, for what is known of the value already. */
  public boolean keep(int bucket, double value, SpanContext span, long atMillis) {
    Example last = examples.get(bucket);
    if (last != null && atMillis - last.atMillis() < EXEMPLAR_MILLIS) {
      return false;
    }
    examples.set(bucket, new Example(span.getTraceId(), span.getSpanId(), value, atMillis));
    return true;
  }

  /** Marks a span as one that an exemplar leads to, as Prometheus's library does. */
  public static void mark(Span span) {
    span.setAttribute("exemplar", "true");
  }

  /** Returns them as the page shows them. */
  public Exemplars exemplars() {
    List<Exemplar> found = new ArrayList<>();
    for (int i = 0; i < examples.length(); i++) {
      Example example = examples.get(i);
      if (example != null) {
        found.add(
            Exemplar.builder()
                .traceId(example.traceId())
                .spanId(example.spanId())
                .value(example.value())
                .timestampMillis(example.atMillis())
                .build());
      }
    }
    return found.isEmpty() ? Exemplars.EMPTY : Exemplars.of(found);
  }
}
