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
 * Holds a sampled span as exemplar of each bucket of a series.
 *
 * <p>The library does so too, but with a thread that outlives a redeployment.
 */
public final class BucketExemplars {
  /** One new exemplar per second and bucket is sufficient. */
  private static final long EXEMPLAR_MILLIS = 1_000;

  private record Sampled(String traceId, String spanId, double value, long atMillis) {}

  private final double[] upperBounds;
  private final AtomicReferenceArray<@Nullable Sampled> buckets;

  public BucketExemplars(double... upperBounds) {
    this.upperBounds = upperBounds;
    this.buckets = new AtomicReferenceArray<>(upperBounds.length + 1);
  }

  /** Keeps a sampled span unless its bucket has a recent exemplar, and returns whether it did. */
  public boolean keep(double value, SpanContext span) {
    return keep(bucket(value), value, span, System.currentTimeMillis());
  }

  /** Returns the bucket of a value. */
  public int bucket(double value) {
    int bucket = 0;
    while (bucket < upperBounds.length && value > upperBounds[bucket]) {
      bucket++;
    }
    return bucket;
  }

  /** Keeps a span like {@link #keep(double, SpanContext)}, with a known bucket and time. */
  public boolean keep(int bucket, double value, SpanContext span, long atMillis) {
    Sampled last = buckets.get(bucket);
    if (last != null && atMillis - last.atMillis() < EXEMPLAR_MILLIS) {
      return false;
    }
    buckets.set(bucket, new Sampled(span.getTraceId(), span.getSpanId(), value, atMillis));
    return true;
  }

  /** Marks a span as an exemplar, as Prometheus's library does. */
  public static void mark(Span span) {
    span.setAttribute("exemplar", "true");
  }

  /** Returns the exemplars of all buckets. */
  public Exemplars exemplars() {
    List<Exemplar> found = new ArrayList<>();
    for (int i = 0; i < buckets.length(); i++) {
      Sampled span = buckets.get(i);
      if (span != null) {
        found.add(
            Exemplar.builder()
                .traceId(span.traceId())
                .spanId(span.spanId())
                .value(span.value())
                .timestampMillis(span.atMillis())
                .build());
      }
    }
    return found.isEmpty() ? Exemplars.EMPTY : Exemplars.of(found);
  }
}
