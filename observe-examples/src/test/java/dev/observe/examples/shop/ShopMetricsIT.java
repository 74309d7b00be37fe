/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.console.ConsoleSpanExporter;
import dev.observe.examples.testing.SystemProperties;
import dev.observe.testkit.RealPrometheus;
import dev.observe.testkit.RealPrometheus.Sample;
import dev.observe.testkit.Tools;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The metrics that Prometheus scrapes after some rounds of visits. */
class ShopMetricsIT {
  private static final int ROUNDS = 3;
  private static final int VISITS = ROUNDS * Visitors.ROUND.size();

  @Test
  void prometheus_countsEveryVisitByRouteAndStatus() throws Exception {
    try (SystemProperties properties = withoutTraces();
        Shop shop = startShop();
        RealPrometheus prometheus =
            RealPrometheus.scraping(shop.shopMetrics(), shop.stockMetrics())) {
      shop.awaitVisits();
      String ofShop = instance(shop.shopMetrics());
      String ofStock = instance(shop.stockMetrics());

      List<Sample> visits =
          prometheus.awaitQuery(
              "http_server_request_duration_seconds_count" + ofShop, at -> total(at) >= VISITS);

      assertThat(byRequest(visits))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "GET /products 200", 2 * ROUNDS,
                  "POST /orders 201", 2 * ROUNDS,
                  "GET /orders/* 200", ROUNDS,
                  "GET /orders/* 404", ROUNDS,
                  "GET /async 200", ROUNDS,
                  "GET /report 200", ROUNDS,
                  "GET /fail 500", ROUNDS));
      assertThat(visits)
          .filteredOn(sample -> sample.label("http_route").equals("/fail"))
          .singleElement()
          .satisfies(
              sample ->
                  assertThat(sample.label("error_type"))
                      .isEqualTo("java.lang.IllegalStateException"));
      assertThat(
              byRequest(
                  prometheus.awaitQuery(
                      "http_server_request_duration_seconds_count" + ofStock,
                      at -> total(at) >= 9 * ROUNDS)))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of("GET /stock/* 200", 7 * ROUNDS, "POST /stock/* 200", 2 * ROUNDS));
      // The counter that is derived from the histogram.
      assertThat(
              byRequest(
                  prometheus.awaitQuery(
                      "http_server_requests_total" + ofShop, at -> total(at) >= VISITS)))
          .isEqualTo(byRequest(visits));
      assertThat(prometheus.awaitQuery("shop_orders_total"))
          .extracting(Sample::value)
          .containsExactly(2.0 * ROUNDS);
      assertThat(prometheus.awaitQuery("sum by (instance) (jvm_memory_used_bytes) > 1e6"))
          .hasSize(2);
    }
  }

  @Test
  void promtool_pages_haveNoFindings() throws Exception {
    String promtool = Tools.require("promtool").toString();
    try (SystemProperties properties = withoutTraces();
        Shop shop = startShop()) {
      shop.awaitVisits();

      for (URI page : List.of(shop.shopMetrics(), shop.stockMetrics())) {
        String text =
            HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        assertThat(text).contains("http_server_request_duration_seconds_bucket");
        assertThat(Tools.run(text, List.of(promtool, "check", "metrics")))
            .isEqualTo(new Tools.Result(0, ""));
      }
    }
  }

  private static SystemProperties withoutTraces() {
    return SystemProperties.set(Map.of("otel.traces.exporter", "none"));
  }

  private static Shop startShop() {
    return Shop.start(new ShopSettings(0, 0, 0, 0, 50, VISITS), ConsoleSpanExporter.create());
  }

  private static String instance(URI page) {
    return "{instance=\"" + page.getAuthority() + "\"}";
  }

  private static double total(List<Sample> samples) {
    return samples.stream().mapToDouble(Sample::value).sum();
  }

  private static Map<String, Integer> byRequest(List<Sample> samples) {
    return samples.stream()
        .collect(
            Collectors.toMap(
                sample ->
                    String.join(
                        " ",
                        sample.label("http_request_method"),
                        sample.label("http_route"),
                        sample.label("http_response_status_code")),
                sample -> (int) sample.value()));
  }
}
