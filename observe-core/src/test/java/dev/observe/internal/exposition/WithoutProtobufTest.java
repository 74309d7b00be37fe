/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.Metrics;
import dev.observe.internal.server.Reply;
import dev.observe.testkit.ForkedJvm;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An application without the optional jar that writes protobuf. */
class WithoutProtobufTest {
  /** Scrapes its own page as Prometheus does when native histograms are on. */
  static final class Scraped {
    private Scraped() {}

    public static void main(String[] args) throws Exception {
      try (Metrics metrics = Metrics.builder("shop").port(0).start()) {
        Reply reply =
            Reply.get(
                metrics.uri().getPort(),
                "/metrics",
                "Accept: application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                    + "encoding=delimited;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1");
        System.out.println(reply.status() + " " + reply.header("content-type"));
        System.out.println(reply.text().contains("target_info{"));
      } catch (IllegalArgumentException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private static String output(Map<String, String> properties) {
    try (ForkedJvm application =
        ForkedJvm.startWithout(
            "prometheus-metrics-exposition-formats", Scraped.class, properties)) {
      assertThat(application.awaitExit()).as(application.output()).isZero();
      return application.output();
    }
  }

  @Test
  void scrape_acceptsProtobufFirst_getsTheNextFormat() {
    assertThat(output(Map.of()).lines())
        .containsExactly("200 text/plain; version=0.0.4; charset=utf-8", "true");
  }

  @Test
  void start_withNativeHistograms_isRefusedWithTheDependencyToAdd() {
    assertThat(output(Map.of("observe.metrics.histograms", "both")).strip())
        .isEqualTo(
            "observe.metrics.histograms must be classic without the jar that writes native"
                + " histograms as protobuf, was 'both' (from system property"
                + " observe.metrics.histograms); add the dependency"
                + " io.prometheus:prometheus-metrics-exposition-formats in the version of"
                + " prometheus-metrics-core");
  }
}
