/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.config.Settings;
import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.request.series.RequestMetrics;
import dev.observe.internal.server.MetricsEndpoint;
import dev.observe.internal.server.Reply;
import dev.observe.internal.server.TestEndpoint;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The endpoint writes request metrics in the same form as the library. */
class RequestPageTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final AtomicLong nanos = new AtomicLong(1_000);

  private void serve(OpenTelemetrySdk sdk) {
    ServerTelemetry telemetry =
        ServerTelemetry.create(
            sdk, registry, Settings.of(Map.of()), nanos::get, InstantSource.system());
    for (int i = 0; i < 200; i++) {
      FakeExchange exchange = FakeExchange.get("/orders/" + i, "/quo\"te/ü/" + i % 20);
      exchange.start(telemetry);
      nanos.addAndGet(1_234_567L * i);
      exchange.finish(i % 7 == 0 ? 500 : 200);
    }
  }

  @ParameterizedTest
  @CsvSource({"false, text/plain", "true, application/openmetrics-text;version=1.0.0"})
  void page_ofRequests_hasSameBytesAsLibrary(boolean openMetrics, String accept) throws Exception {
    try (OpenTelemetrySdk sdk =
            OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder().build())
                .build();
        MetricsPage page = MetricsPage.create(registry);
        MetricsEndpoint endpoint = TestEndpoint.of(page).start()) {
      serve(sdk);
      ExpositionFormatWriter library =
          openMetrics ? OpenMetricsTextFormatWriter.create() : PrometheusTextFormatWriter.create();
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      library.write(
          expected,
          registry.scrape(RequestMetrics.DURATION::equals),
          EscapingScheme.UNDERSCORE_ESCAPING);

      Reply reply =
          Reply.get(
              endpoint.uri().getPort(),
              "/metrics?name%5B%5D=" + RequestMetrics.DURATION,
              "Accept: " + accept);

      assertThat(reply.text()).contains("/quo\\\"te/ü/19");
      assertThat(reply.text().contains(" # {")).isEqualTo(openMetrics);
      assertThat(reply.body()).isEqualTo(expected.toByteArray());
    }
  }
}
