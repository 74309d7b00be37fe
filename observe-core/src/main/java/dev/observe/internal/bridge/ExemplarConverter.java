/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Converts Prometheus exemplars to those of OpenTelemetry. */
final class ExemplarConverter {
  private ExemplarConverter() {}

  static List<DoubleExemplarData> convert(Exemplars exemplars, long nowNanos) {
    List<DoubleExemplarData> all = new ArrayList<>();
    for (Exemplar exemplar : exemplars) {
      all.add(convert(exemplar, nowNanos));
    }
    return all;
  }

  static DoubleExemplarData convert(Exemplar exemplar, long nowNanos) {
    AttributesBuilder others = Attributes.builder();
    for (Label label : exemplar.getLabels()) {
      if (!label.getName().equals(Exemplar.TRACE_ID) && !label.getName().equals(Exemplar.SPAN_ID)) {
        others.put(label.getName(), label.getValue());
      }
    }
    return DoubleExemplarData.create(
        others.build(),
        exemplar.hasTimestamp()
            ? TimeUnit.MILLISECONDS.toNanos(exemplar.getTimestampMillis())
            : nowNanos,
        span(exemplar),
        exemplar.getValue());
  }

  /** Returns the span context of the ids; missing ids make an invalid one, which is not sent. */
  private static SpanContext span(Exemplar exemplar) {
    return SpanContext.create(
        Objects.requireNonNullElse(exemplar.getLabels().get(Exemplar.TRACE_ID), ""),
        Objects.requireNonNullElse(exemplar.getLabels().get(Exemplar.SPAN_ID), ""),
        TraceFlags.getSampled(),
        TraceState.getDefault());
  }
}
