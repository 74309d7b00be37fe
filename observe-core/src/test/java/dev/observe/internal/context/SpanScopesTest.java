/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpanScopesTest {
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final Tracing tracing =
      Tracing.builder("shop")
          .exporter("none")
          .addSpanExporter(exporter)
          .simple()
          .disableGlobal()
          .start();

  @AfterEach
  void close() {
    tracing.close();
  }

  @Test
  void span_nestedWork_isChild() {
    String result = tracing.span("checkout", () -> tracing.span("pay", () -> "paid"));

    assertThat(result).isEqualTo("paid");
    List<SpanData> spans = exporter.getFinishedSpanItems();
    assertThat(spans).extracting(SpanData::getName).containsExactly("pay", "checkout");
    assertThat(spans.get(0).getParentSpanId()).isEqualTo(spans.get(1).getSpanId());
    assertThat(spans.get(1).getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(Span.current().getSpanContext().isValid()).isFalse();
  }

  @Test
  void span_exception_isRecordedAndRethrown() {
    IOException failure = new IOException("closed");

    assertThatThrownBy(
            () ->
                tracing.span(
                    "checkout",
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);

    SpanData span = exporter.getFinishedSpanItems().get(0);
    assertThat(span.hasEnded()).isTrue();
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(span.getAttributes().get(AttributeKey.stringKey("error.type")))
        .isEqualTo("java.io.IOException");
    assertThat(span.getEvents())
        .singleElement()
        .satisfies(event -> assertThat(event.getName()).isEqualTo("exception"));
  }

  @Test
  void span_error_endsTheSpan() {
    assertThatThrownBy(
            () ->
                tracing.span(
                    "checkout",
                    () -> {
                      throw new StackOverflowError();
                    }))
        .isInstanceOf(StackOverflowError.class);

    assertThat(exporter.getFinishedSpanItems()).hasSize(1);
    assertThat(Span.current().getSpanContext().isValid()).isFalse();
  }
}
