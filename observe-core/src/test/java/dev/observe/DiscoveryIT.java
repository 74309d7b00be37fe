/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.testkit.RealPrometheus;
import dev.observe.testkit.RealPrometheus.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus discovers processes by file and by page. */
class DiscoveryIT {
  @TempDir private Path folder;

  @Test
  void prometheus_discoversProcesses_byFileAndPage() {
    Path file = folder.resolve("stock.json");
    try (Metrics stock =
            Metrics.builder("stock")
                .port(0)
                .property("observe.discovery.file", file.toString())
                .disableGlobal()
                .start();
        Metrics shop =
            Metrics.builder("shop")
                .port(0)
                .property("observe.discovery.fleet", stock.uri().getAuthority())
                .disableGlobal()
                .start();
        RealPrometheus prometheus =
            RealPrometheus.start(
                """
                - job_name: by-file
                  file_sd_configs:
                    - files: ['%s']
                - job_name: by-page
                  http_sd_configs:
                    - url: %s
                      refresh_interval: 1s
                """
                    .formatted(file, shop.uri().resolve("/sd")))) {
      List<Sample> byFile = prometheus.awaitQuery("up{job=\"by-file\"} == 1");
      List<Sample> byPage =
          prometheus.awaitQuery("up{job=\"by-page\"} == 1", found -> found.size() == 2);

      assertThat(byFile)
          .singleElement()
          .satisfies(
              sample -> {
                assertThat(sample.label("instance")).isEqualTo(stock.uri().getAuthority());
                assertThat(sample.label("service_name")).isEqualTo("stock");
              });
      assertThat(byPage)
          .extracting(sample -> sample.label("instance"))
          .containsExactlyInAnyOrder(shop.uri().getAuthority(), stock.uri().getAuthority());

      stock.close();
      assertThat(file).doesNotExist();
      // Prometheus removes the target when its file is gone, instead of reporting it as down.
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> prometheus.query("up{job=\"by-file\"}").isEmpty());
    }
  }

  @Test
  void prometheus_discoversTheApplicationsOfOnePort_byPage() {
    try (Metrics shop = Metrics.builder("shop").port(0).disableGlobal().start();
        Metrics stock =
            Metrics.builder("stock").port(shop.uri().getPort()).disableGlobal().start();
        RealPrometheus prometheus =
            RealPrometheus.start(
                """
                - job_name: server
                  http_sd_configs:
                    - url: %s
                      refresh_interval: 1s
                - job_name: not-found
                  static_configs:
                    - targets: ['%s']
                """
                    .formatted(shop.uri().resolve("/sd"), shop.uri().getAuthority()))) {
      List<Sample> up =
          prometheus.awaitQuery("up{job=\"server\"} == 1", found -> found.size() == 2);

      assertThat(up)
          .extracting(sample -> sample.label("service_name"))
          .containsExactlyInAnyOrder("shop", "stock");
      assertThat(stock.uri().getPath()).isEqualTo("/metrics/stock");
      // The list at /metrics must not look like a page.
      assertThat(prometheus.awaitQuery("up{job=\"not-found\"} == 0")).hasSize(1);
    }
  }
}
