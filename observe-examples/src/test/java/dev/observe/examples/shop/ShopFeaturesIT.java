/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.console.ConsoleSpanExporter;
import dev.observe.examples.testing.SystemProperties;
import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.RealPrometheus;
import dev.observe.testkit.RealPrometheus.Sample;
import dev.observe.testkit.ReceivedSpan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The shop, scraped by a Prometheus with native histograms and exemplars enabled. */
class ShopFeaturesIT {
  private static final int VISITS = 5 * Visitors.ROUND.size();

  @Test
  void prometheus_nativeHistogramsAndExemplars_answerQueries() throws Exception {
    try (OtlpReceiver receiver = OtlpReceiver.start();
        SystemProperties properties =
            SystemProperties.set(
                Map.of(
                    "otel.exporter.otlp.endpoint", receiver.endpoint(),
                    "observe.metrics.histograms", "both",
                    "observe.build.version", "1.2.3",
                    "observe.build.revision", "abc123"));
        Shop shop =
            Shop.start(new ShopSettings(0, 0, 0, 0, 50, VISITS), ConsoleSpanExporter.create());
        RealPrometheus prometheus =
            RealPrometheus.start(
                List.of("--enable-feature=exemplar-storage,native-histograms"),
                RealPrometheus.job("test", "", shop.shopMetrics()))) {
      shop.awaitVisits();
      prometheus.awaitQuery("sum(http_server_requests_total) >= " + VISITS);

      List<Sample> p99 =
          prometheus.awaitQuery(
              "histogram_quantile(0.99, sum by (http_route)"
                  + " (http_server_request_duration_seconds))");
      List<Sample> failed =
          prometheus.awaitQuery(
              "sum(http_server_requests_total{http_response_status_code=~\"5..\"})"
                  + " / sum(http_server_requests_total)");
      List<Sample> joined =
          prometheus.awaitQuery(
              "sum by (version, revision, http_route) (http_server_requests_total"
                  + " * on (instance) group_left (version, revision) build_info)");
      List<Sample> exemplars =
          await()
              .atMost(Duration.ofSeconds(60))
              .until(
                  () -> prometheus.exemplars("http_server_request_duration_seconds"),
                  found -> !found.isEmpty());

      assertThat(p99)
          .extracting(sample -> sample.label("http_route"))
          .contains("/products", "/orders/*", "/async", "/fail");
      assertThat(p99).allSatisfy(sample -> assertThat(sample.value()).isBetween(1e-6, 10.0));
      // One visit of each round fails.
      assertThat(failed)
          .singleElement()
          .satisfies(sample -> assertThat(sample.value()).isEqualTo(1.0 / Visitors.ROUND.size()));
      assertThat(joined)
          .isNotEmpty()
          .allSatisfy(
              sample -> {
                assertThat(sample.label("version")).isEqualTo("1.2.3");
                assertThat(sample.label("revision")).isEqualTo("abc123");
              });
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(receiver.spans())
                      .extracting(ReceivedSpan::traceId)
                      .containsAll(exemplars.stream().map(one -> one.label("trace_id")).toList()));
      assertThat(prometheus.query("target_info{service_version=\"1.2.3\"}")).isNotEmpty();
    }
  }
}
