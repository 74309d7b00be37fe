/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.snapshots.Exemplar;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CurrentSpanContextTest {
  private static final AttributeKey<String> MARK = AttributeKey.stringKey("exemplar");

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final SdkTracerProvider provider =
      SdkTracerProvider.builder()
          .addSpanProcessor(SimpleSpanProcessor.create(spans))
          .setSampler(Sampler.parentBased(Sampler.alwaysOn()))
          .build();
  private final Tracer tracer = provider.get("test");

  @BeforeEach
  void supply() {
    CurrentSpanContext.supply();
  }

  @AfterEach
  void close() {
    provider.close();
  }

  private static @Nullable Exemplar countOne() {
    Counter counter = Counter.builder().name("jobs").build();
    counter.inc();
    return counter.collect().getDataPoints().get(0).getExemplar();
  }

  @Test
  void counter_sampledSpan_isExemplar() {
    Span span = tracer.spanBuilder("job").startSpan();
    Exemplar exemplar;
    try (Scope ignored = span.makeCurrent()) {
      exemplar = countOne();
    }
    span.end();

    assertThat(exemplar).isNotNull();
    assertThat(exemplar.getLabels().get(Exemplar.TRACE_ID))
        .isEqualTo(span.getSpanContext().getTraceId());
    assertThat(exemplar.getLabels().get(Exemplar.SPAN_ID))
        .isEqualTo(span.getSpanContext().getSpanId());
    assertThat(spans.getFinishedSpanItems().get(0).getAttributes().get(MARK)).isEqualTo("true");
  }

  @Test
  void counter_withoutSpan_hasNoExemplar() {
    assertThat(countOne()).isNull();
  }

  @Test
  void counter_spanNotSampled_hasNoExemplar() {
    Span span =
        Span.wrap(
            SpanContext.create(
                "0af7651916cd43dd8448eb211c80319c",
                "b7ad6b7169203331",
                TraceFlags.getDefault(),
                TraceState.getDefault()));
    try (Scope ignored = span.makeCurrent()) {
      assertThat(countOne()).isNull();
    }
  }
}
