/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.Metrics;
import dev.observe.testkit.RealPrometheus;
import dev.observe.testkit.RealPrometheus.Sample;
import dev.observe.testkit.Tools;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricsExampleIT {
  private static final int REQUESTS = 7;

  private final HttpClient http = HttpClient.newHttpClient();

  /** Both instruments of the example, and the metrics that every server has. */
  @Test
  void prometheus_requestsMade_areCounted() throws Exception {
    try (Metrics metrics = Metrics.builder("metrics").port(0).disableGlobal().start();
        MetricsExample example = MetricsExample.start(metrics, 0);
        RealPrometheus prometheus = RealPrometheus.scraping(metrics.uri())) {
      for (int i = 0; i < REQUESTS; i++) {
        assertThat(get(example.uri())).startsWith("Hello");
      }

      assertThat(
              prometheus.awaitQuery("metric_totalrequest_total", found -> total(found) >= REQUESTS))
          .extracting(Sample::value)
          .containsExactly((double) REQUESTS);
      assertThat(
              prometheus.awaitQuery(
                  "http_server_request_duration_seconds_count", found -> total(found) >= REQUESTS))
          .singleElement()
          .satisfies(
              sample -> {
                assertThat(sample.value()).isEqualTo(REQUESTS);
                assertThat(sample.labels())
                    .containsEntry("http_request_method", "GET")
                    .containsEntry("http_response_status_code", "200")
                    .containsEntry("url_scheme", "http");
              });
      assertThat(prometheus.awaitQuery("metric_random"))
          .singleElement()
          .satisfies(sample -> assertThat(sample.value()).isBetween(0.0, 100.0));
      // A new number at each scrape.
      assertThat(prometheus.awaitQuery("changes(metric_random[1m]) > 1")).hasSize(1);
      assertThat(prometheus.awaitQuery("sum(jvm_memory_used_bytes)"))
          .singleElement()
          .satisfies(sample -> assertThat(sample.value()).isGreaterThan(1_000_000));
      assertThat(prometheus.awaitQuery("target_info"))
          .singleElement()
          .satisfies(
              sample -> assertThat(sample.labels()).containsEntry("service_name", "metrics"));
    }
  }

  @Test
  void promtool_page_hasNoFindings() throws Exception {
    String promtool = Tools.require("promtool").toString();
    try (Metrics metrics = Metrics.builder("metrics").port(0).disableGlobal().start();
        MetricsExample example = MetricsExample.start(metrics, 0)) {
      get(example.uri());

      String page = get(metrics.uri());

      assertThat(page)
          .contains(
              "metric_totalrequest_total", "metric_random", "http_server_request_duration_seconds");
      assertThat(Tools.run(page, List.of(promtool, "check", "metrics")))
          .isEqualTo(new Tools.Result(0, ""));
    }
  }

  private static double total(List<Sample> samples) {
    return samples.stream().mapToDouble(Sample::value).sum();
  }

  private String get(URI uri) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }
}
