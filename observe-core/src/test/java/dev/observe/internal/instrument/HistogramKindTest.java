/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.Metrics;
import dev.observe.internal.client.ClientTelemetry;
import dev.observe.internal.config.Setting;
import dev.observe.internal.config.Settings;
import dev.observe.internal.request.ServerTelemetry;
import dev.observe.internal.request.series.RequestLabels;
import dev.observe.internal.request.series.RequestMetrics;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** One setting chooses the buckets of timers, requests and client calls. */
class HistogramKindTest {
  private static final Settings NONE = Settings.of(Map.of());

  private static Metrics start(String kind) {
    return Metrics.builder("shop")
        .disableEndpoint()
        .property(Setting.HISTOGRAMS.name(), kind)
        .disableGlobal()
        .start();
  }

  private static HistogramKind kind(MetricSnapshot metric) {
    HistogramDataPointSnapshot point = ((HistogramSnapshot) metric).getDataPoints().get(0);
    if (!point.hasNativeHistogramData()) {
      return HistogramKind.CLASSIC;
    }
    return point.hasClassicHistogramData() ? HistogramKind.BOTH : HistogramKind.NATIVE;
  }

  @ParameterizedTest
  @CsvSource({"classic, CLASSIC", "native, NATIVE", "both, BOTH"})
  void builder_kind_isUsedByAllHistograms(String setting, HistogramKind kind) {
    try (Metrics metrics = start(setting);
        ServerTelemetry server = ServerTelemetry.ofMetrics(metrics.registry(), NONE)) {
      metrics.timer("checkout").record(Duration.ofMillis(300));
      Objects.requireNonNull(server.metrics)
          .series(new RequestLabels())
          .observe(300_000_000, null, 0);
      new ClientTelemetry(OpenTelemetry.noop(), metrics.registry(), NONE)
          .start(HttpRequest.newBuilder(URI.create("http://localhost/")).build())
          .finish(null, null);

      List<MetricSnapshot> histograms =
          metrics.registry().scrape().stream()
              .filter(metric -> metric instanceof HistogramSnapshot)
              .filter(metric -> !metric.getMetadata().getName().startsWith("jvm_"))
              .toList();
      assertThat(histograms)
          .extracting(metric -> metric.getMetadata().getName())
          .containsExactlyInAnyOrder(
              "checkout_seconds", RequestMetrics.DURATION, "http_client_request_duration_seconds");
      assertThat(histograms).extracting(HistogramKindTest::kind).containsOnly(kind);
    }
  }

  /** An init-param of a filter is more specific than the builder. */
  @ParameterizedTest
  @EnumSource(HistogramKind.class)
  void settingOfFilter_overridesTheBuilder(HistogramKind own) {
    try (Metrics metrics = start("native")) {
      Settings settings =
          Settings.of(Map.of(Setting.HISTOGRAMS.name(), own.name().toLowerCase(Locale.ROOT)));

      assertThat(RegistryMetrics.histograms(metrics.registry(), settings)).isEqualTo(own);
    }
  }

  @ParameterizedTest
  @EnumSource(HistogramKind.class)
  void close_kind_isReset(HistogramKind kind) {
    Metrics metrics = start(kind.name().toLowerCase(Locale.ROOT));
    metrics.close();

    assertThat(RegistryMetrics.histograms(metrics.registry(), NONE))
        .isEqualTo(HistogramKind.CLASSIC);
  }
}
