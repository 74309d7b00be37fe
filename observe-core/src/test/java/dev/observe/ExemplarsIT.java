/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.testkit.RealPrometheus;
import dev.observe.testkit.RealPrometheus.Sample;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A real Prometheus finds the trace of a bucket of the application's own instruments. */
class ExemplarsIT {
  @ParameterizedTest
  @CsvSource({
    "classic, exemplar-storage, _bucket",
    "both, exemplar-storage, _bucket",
    "both, 'exemplar-storage,native-histograms', ''"
  })
  void exemplars_applicationInstruments_leadToTheSpan(String kind, String features, String suffix) {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    try (Tracing tracing =
            Tracing.builder("shop")
                .exporter("none")
                .addSpanExporter(exporter)
                .simple()
                .disableGlobal()
                .start();
        Metrics metrics =
            Metrics.builder("shop")
                .port(0)
                .property("observe.metrics.histograms", kind)
                .disableGlobal()
                .start();
        RealPrometheus prometheus =
            RealPrometheus.start(
                List.of("--enable-feature=" + features),
                RealPrometheus.job("test", "", metrics.uri()))) {
      Histogram library =
          Histogram.builder().name("library_seconds").help("Own.").register(metrics.registry());
      DoubleHistogram instrument = metrics.meter().histogramBuilder("instrument").build();

      tracing.span(
          "checkout",
          () -> {
            metrics.timer("checkout").record(Duration.ofMillis(300));
            library.observe(0.3);
            instrument.record(0.3);
          });

      SpanData span = exporter.getFinishedSpanItems().get(0);
      assertThat(span.getAttributes().get(AttributeKey.stringKey("exemplar"))).isEqualTo("true");
      for (String name : List.of("checkout_seconds" + suffix, "library_seconds" + suffix)) {
        assertLeadsTo(span, prometheus, name);
      }
      assertLeadsTo(span, prometheus, "instrument_bucket");
    }
  }

  private static void assertLeadsTo(SpanData span, RealPrometheus prometheus, String series) {
    List<Sample> found =
        await(series)
            .atMost(Duration.ofSeconds(20))
            .until(() -> prometheus.exemplars(series), exemplars -> !exemplars.isEmpty());
    assertThat(found)
        .allSatisfy(
            exemplar -> {
              assertThat(exemplar.label("trace_id")).isEqualTo(span.getTraceId());
              assertThat(exemplar.label("span_id")).isEqualTo(span.getSpanId());
              assertThat(exemplar.value()).isEqualTo(0.3);
            });
  }
}
