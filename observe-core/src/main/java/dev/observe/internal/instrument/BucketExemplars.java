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
 * Keeps one sampled span for each bucket of a series.
 *
 * <p>The library's own exemplars need a thread that outlives a redeploy.
 */
public final class BucketExemplars {
  /** A new exemplar each second is enough to find a trace; more only costs allocations. */
  private static final long EXEMPLAR_MILLIS = 1_000;

  private record SpanExemplar(String traceId, String spanId, double value, long atMillis) {}

  private final double[] upperBounds;
  private final AtomicReferenceArray<@Nullable SpanExemplar> exemplars;

  /** Creates an empty set of exemplars. */
  public BucketExemplars(double... upperBounds) {
    this.upperBounds = upperBounds;
    this.exemplars = new AtomicReferenceArray<>(upperBounds.length + 1);
  }

  /** Keeps a sampled span unless its bucket has a recent one; returns whether it was kept. */
  public boolean keep(double value, SpanContext span) {
    return keep(bucket(value), value, span, System.currentTimeMillis());
  }

  /** Returns the index of the bucket that contains a value. */
  public int bucket(double value) {
    int bucket = 0;
    while (bucket < upperBounds.length && value > upperBounds[bucket]) {
      bucket++;
    }
    return bucket;
  }

  /** Same as {@link #keep(double, SpanContext)}, for a known bucket and time. */
  public boolean keep(int bucket, double value, SpanContext span, long atMillis) {
    SpanExemplar last = exemplars.get(bucket);
    if (last != null && atMillis - last.atMillis() < EXEMPLAR_MILLIS) {
      return false;
    }
    exemplars.set(bucket, new SpanExemplar(span.getTraceId(), span.getSpanId(), value, atMillis));
    return true;
  }

  /** Marks a span as an exemplar, as Prometheus's library does. */
  public static void mark(Span span) {
    span.setAttribute("exemplar", "true");
  }

  /** Returns the exemplars in the library's form. */
  public Exemplars exemplars() {
    List<Exemplar> found = new ArrayList<>();
    for (int i = 0; i < exemplars.length(); i++) {
      SpanExemplar exemplar = exemplars.get(i);
      if (exemplar != null) {
        found.add(
            Exemplar.builder()
                .traceId(exemplar.traceId())
                .spanId(exemplar.spanId())
                .value(exemplar.value())
                .timestampMillis(exemplar.atMillis())
                .build());
      }
    }
    return found.isEmpty() ? Exemplars.EMPTY : Exemplars.of(found);
  }
}
