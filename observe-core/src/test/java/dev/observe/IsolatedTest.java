/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.internal.exposition.PageOwner;
import dev.observe.internal.start.ProcessOpenTelemetry;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Isolated handles ignore the settings of the machine. */
class IsolatedTest {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "otel.sdk.disabled", "true",
          "otel.traces.sampler", "always_off",
          "otel.traces.exporter", "nonsense",
          "otel.exporter.otlp.certificate", "/nowhere/ca.pem",
          "otel.metrics.exporter", "nonsense",
          "otel.exporter.prometheus.port", "99999",
          "observe.metrics.tls.certificate", "/nowhere/server.pem",
          "observe.metrics.jvm", "client_java");

  @BeforeEach
  void set() {
    SETTINGS.forEach(System::setProperty);
  }

  @AfterEach
  void clear() {
    SETTINGS.keySet().forEach(System::clearProperty);
  }

  @Test
  void tracing_isolated_recordsEverySpan() {
    InMemorySpanExporter memory = InMemorySpanExporter.create();

    try (Tracing tracing =
        Tracing.builder("test")
            .isolated()
            .addSpanProcessor(SimpleSpanProcessor.create(memory))
            .start()) {
      tracing.span("work", () -> {});

      assertThat(memory.getFinishedSpanItems())
          .extracting(SpanData::getName)
          .containsExactly("work");
      assertThat(ProcessOpenTelemetry.INSTANCE.tracing().current()).isNull();
    }
  }

  @Test
  void metrics_isolated_containOwnInstrumentsOnly() {
    try (Metrics metrics = Metrics.builder("test").isolated().start()) {
      metrics.counter("orders").inc();
      metrics.meter().counterBuilder("sales").build().add(1);

      assertThat(PageOwner.pageOf(metrics.openTelemetry()).snapshots(name -> true).stream())
          .extracting(snapshot -> snapshot.getMetadata().getName())
          .contains("orders", "sales", "target")
          .noneMatch(name -> name.startsWith("jvm_") || name.startsWith("process_"));
      assertThatThrownBy(metrics::uri).isInstanceOf(IllegalStateException.class);
      assertThat(ProcessOpenTelemetry.INSTANCE.metrics().current()).isNull();
    }
  }
}
