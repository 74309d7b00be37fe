/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pipeline;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.otlp.OtlpSpanExporter;
import dev.observe.internal.otlp.SpanExporters;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.data.ExceptionEventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DetachedSpanTest {
  private final SpanData original = span();
  private final SpanData detached = new DetachedSpan(original);

  @Test
  void detached_hasTheSameEncoding() {
    OtlpSpanExporter exporter =
        (OtlpSpanExporter) SpanExporters.create(Traffic.config(Map.of())).get(0);

    byte[] expected = requireNonNull(exporter.encode(List.of(original)));

    assertThat(requireNonNull(exporter.encode(List.of(detached))))
        .hasSizeGreaterThan(200)
        .isEqualTo(expected);
  }

  @Test
  void detached_referencesNoException() {
    assertThat(original.getEvents()).hasAtLeastOneElementOfType(ExceptionEventData.class);

    assertThat(detached.getEvents())
        .hasSize(2)
        .doesNotHaveAnyElementsOfTypes(ExceptionEventData.class);
    assertThat(detached.getEvents().get(1).getAttributes())
        .isEqualTo(original.getEvents().get(1).getAttributes());
  }

  @Test
  @SuppressWarnings("deprecation")
  void detached_returnsTheDataOfTheOriginal() {
    assertThat(detached.hasEnded()).isTrue();
    assertThat(detached.getTotalAttributeCount()).isEqualTo(3);
    assertThat(detached.getTotalRecordedEvents()).isEqualTo(2);
    assertThat(detached.getTotalRecordedLinks()).isEqualTo(1);
    assertThat(detached.getInstrumentationLibraryInfo())
        .isEqualTo(original.getInstrumentationLibraryInfo());
    assertThat(detached).asString().contains("GET /things/{id}");
  }

  private static SpanData span() {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setSpanLimits(SpanLimits.builder().setMaxNumberOfAttributes(2).build())
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build()) {
      SpanContext remote =
          SpanContext.createFromRemoteParent(
              "0123456789abcdef0123456789abcdef",
              "0123456789abcdef",
              TraceFlags.getSampled(),
              TraceState.builder().put("vendor", "value").build());
      Span span =
          provider
              .tracerBuilder("scope")
              .setInstrumentationVersion("1.2")
              .build()
              .spanBuilder("GET /things/{id}")
              .setSpanKind(SpanKind.SERVER)
              .setParent(Context.root().with(Span.wrap(remote)))
              .addLink(remote, Attributes.builder().put("why", "because").build())
              .setAttribute("one", "1")
              .setAttribute("two", 2)
              .setAttribute("three", "over the limit")
              .startSpan();
      span.addEvent("event");
      span.recordException(new IllegalStateException("broken"));
      span.setStatus(StatusCode.ERROR, "description");
      span.end();
      return exporter.getFinishedSpanItems().get(0);
    }
  }
}
