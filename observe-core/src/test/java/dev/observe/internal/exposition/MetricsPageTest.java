/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.internal.server.CapturedLog;
import dev.observe.internal.server.Content;
import dev.observe.internal.server.PageClient;
import dev.observe.internal.server.Reply;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.generated.com_google_protobuf_4_33_5.Metrics.MetricFamily;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
  private static final String OPENMETRICS = "Accept: application/openmetrics-text;version=1.0.0";
  private static final String PROTOBUF =
      "Accept: application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
          + "encoding=delimited;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

  @Test
  void get_eachFormat_isNegotiated() throws IOException {
    try (MetricsPage page = MetricsPage.create(Content.registry());
        PageClient client = new PageClient(page)) {
      Reply text = client.get();
      Reply openMetrics = client.get(OPENMETRICS);
      Reply protobuf = client.get(PROTOBUF);

      assertThat(text.header("content-type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
      assertThat(text.text()).contains("# TYPE orders_total counter\norders_total 3.0\n");
      assertThat(openMetrics.header("content-type"))
          .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
      assertThat(openMetrics.text()).contains("# TYPE orders counter\n").endsWith("# EOF\n");
      assertThat(protobuf.header("content-type"))
          .isEqualTo(
              "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily;"
                  + " encoding=delimited");
      assertThat(Protobuf.families(protobuf.body()))
          .containsKeys("orders_total", "order_seconds", "jvm_memory_used_bytes");
    }
  }

  @Test
  void nativeHistogram_scrapedAsProtobuf_hasItsBucketsAndExemplar() throws IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    Histogram.builder()
        .name("order_seconds")
        .nativeOnly()
        .register(registry)
        .observeWithExemplar(0.5, Labels.of("order", "7"));
    try (MetricsPage page = MetricsPage.create(registry);
        PageClient client = new PageClient(page)) {
      MetricFamily family =
          Objects.requireNonNull(
              Protobuf.families(client.get(PROTOBUF).body()).get("order_seconds"));

      assertThat(family.getMetric(0).getHistogram().getPositiveDeltaList()).containsExactly(1L);
      assertThat(family.getMetric(0).getHistogram().getSampleSum()).isEqualTo(0.5);
      assertThat(family.getMetric(0).getHistogram().getBucket(0).getExemplar().getValue())
          .isEqualTo(0.5);
    }
  }

  @Test
  void get_gzipAccepted_isCompressed() throws IOException {
    try (MetricsPage page = MetricsPage.create(Content.registry());
        PageClient client = new PageClient(page)) {
      Reply zipped = client.get("Accept-Encoding: deflate, gzip;q=0.8");
      Reply plain = client.get("Accept-Encoding: gzip;q=0");

      assertThat(zipped.header("content-encoding")).isEqualTo("gzip");
      assertThat(zipped.header("content-length")).isEqualTo("" + zipped.body().length);
      assertThat(Content.value(zipped.unzipped(), "orders_total")).isEqualTo(3);
      assertThat(plain.header("content-encoding")).isEmpty();
      assertThat(Content.value(plain.text(), "orders_total")).isEqualTo(3);
    }
  }

  @Test
  void head_anyPage_hasTheLengthAndNoBody() throws IOException {
    try (MetricsPage page = MetricsPage.create(Content.registry());
        PageClient client = new PageClient(page)) {
      Reply reply = client.request("HEAD", "/metrics");

      assertThat(reply.status()).isEqualTo(200);
      assertThat(Integer.parseInt(reply.header("content-length"))).isGreaterThan(1000);
      assertThat(reply.body()).isEmpty();
    }
  }

  @Test
  void request_overTheLimits_isRejectedBehindAnyServer() throws IOException {
    try (MetricsPage page = MetricsPage.create(Content.registry());
        PageClient client = new PageClient(page)) {
      Reply post = client.request("POST", "/metrics");

      assertThat(post.status()).isEqualTo(405);
      assertThat(post.header("allow")).isEqualTo("GET, HEAD");
      assertThat(client.request("GET", "/metrics?" + "q".repeat(8193)).status()).isEqualTo(414);
      assertThat(client.request("GET", "/metrics?" + "name[]=a&".repeat(101)).status())
          .isEqualTo(400);
      assertThat(client.request("GET", "/metrics?name[]=%zz").status()).isEqualTo(400);
    }
  }

  @Test
  void names_someMetrics_filterRegistrySourcesAndPageMetrics() throws IOException {
    try (MetricsPage page =
            MetricsPage.create(
                Content.registry(),
                List.of(Content.source(Content.gauge("more", 7), Content.gauge("other", 8))));
        PageClient client = new PageClient(page)) {
      Reply reply =
          client.request(
              "GET",
              "/metrics?name[]=orders_total&name[]=more&name[]=observe_scrape_failures_total");

      assertThat(reply.text().lines().filter(line -> line.startsWith("# TYPE")))
          .containsExactly(
              "# TYPE more gauge",
              "# TYPE observe_scrape_failures_total counter",
              "# TYPE orders_total counter");
    }
  }

  /** An empty body must also be terminated. */
  @Test
  void names_unknownMetric_giveAnEmptyPage() throws IOException {
    try (MetricsPage page = MetricsPage.create(Content.registry());
        PageClient client = new PageClient(page)) {
      Reply reply = client.request("GET", "/metrics?name[]=nothing");

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).isEmpty();
    }
  }

  @Test
  void escaping_unknownScheme_isIgnored() throws IOException {
    try (MetricsPage page = MetricsPage.create(Content.registry());
        PageClient client = new PageClient(page)) {
      assertThat(client.get("Accept: text/plain;escaping=hieroglyphs").status()).isEqualTo(200);
    }
  }

  @Test
  void escaping_inTheAcceptHeader_isUsed() throws IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    Counter.builder().name("größe").register(registry);
    try (MetricsPage page = MetricsPage.create(registry);
        PageClient client = new PageClient(page)) {
      assertThat(client.get().text()).contains("gr__e_total 0.0\n");
      assertThat(client.get("Accept: text/plain;version=1.0.0;escaping=allow-utf-8").text())
          .contains("{\"größe_total\"} 0.0\n");
    }
  }

  @Test
  void sources_sameName_registryWinsAndTheConflictIsCounted() throws IOException {
    try (CapturedLog log = new CapturedLog(MetricsPage.class);
        MetricsPage page =
            MetricsPage.create(
                Content.registry(),
                List.of(
                    Content.source(Content.gauge("orders", 99), Content.gauge("more", 7)),
                    Content.source(Content.gauge("more", 8))));
        PageClient client = new PageClient(page)) {
      String text = client.get().text();
      client.get();

      assertThat(text.lines().filter(line -> line.startsWith("orders")))
          .containsExactly("orders_total 3.0");
      assertThat(Content.value(text, "more")).isEqualTo(7);
      assertThat(Content.value(text, "observe_scrape_conflicts_total")).isEqualTo(2);
      assertThat(log.lines())
          .containsExactly(
              "Two sources have a metric of the same name; the page omits the later one: orders");
    }
  }

  @Test
  void sources_openTelemetryReader_isMerged() throws IOException {
    PrometheusMetricReader reader = PrometheusMetricReader.create();
    try (CapturedLog log = new CapturedLog(MetricsPage.class);
        SdkMeterProvider meters = SdkMeterProvider.builder().registerMetricReader(reader).build();
        MetricsPage page = MetricsPage.create(Content.registry(), List.of(reader));
        PageClient client = new PageClient(page)) {
      meters.get("shop").counterBuilder("orders").build().add(99);
      meters.get("shop").counterBuilder("baskets").build().add(5);
      String text = client.get().text();

      assertThat(Content.value(text, "orders_total")).isEqualTo(3);
      assertThat(text).containsPattern("baskets_total\\{otel_scope_name=\"shop\".*} 5\\.0\n");
      assertThat(Content.value(text, "observe_scrape_conflicts_total")).isEqualTo(1);
      assertThat(log.lines()).hasSize(1);
    }
  }

  @Test
  void source_throws_onlyItsMetricsAreOmitted() throws IOException {
    try (CapturedLog log = new CapturedLog(MetricsPage.class);
        MetricsPage page =
            MetricsPage.create(
                Content.registry(),
                List.of(
                    () -> {
                      throw new IllegalStateException("no\nforged line");
                    },
                    Content.source(Content.gauge("more", 7))));
        PageClient client = new PageClient(page)) {
      Reply reply = client.get();
      client.get();

      assertThat(reply.status()).isEqualTo(200);
      assertThat(Content.value(reply.text(), "orders_total")).isEqualTo(3);
      assertThat(Content.value(reply.text(), "more")).isEqualTo(7);
      assertThat(Content.value(reply.text(), "observe_scrape_failures_total{reason=\"source\"}"))
          .isEqualTo(1);
      assertThat(log.lines())
          .containsExactly(
              "A source of metrics failed and is omitted from the page:"
                  + " source, java.lang.IllegalStateException: no forged line");
      assertThat(log.records()).allMatch(record -> record.getThrown() == null);
    }
  }

  /** Errors after which a JVM must not continue are not a failure of one source. */
  @Test
  void source_throwsFatalError_isRethrown() {
    PrometheusRegistry registry = Content.registry();
    registry.register(Content.throwing("bad", new OutOfMemoryError("pretended")));
    try (MetricsPage ofRegistry = MetricsPage.create(registry);
        MetricsPage ofSource =
            MetricsPage.create(
                Content.registry(),
                List.of(
                    () -> {
                      throw new OutOfMemoryError("pretended");
                    }))) {
      assertThatThrownBy(() -> ofRegistry.snapshots(name -> true))
          .isInstanceOf(OutOfMemoryError.class);
      assertThatThrownBy(() -> ofSource.snapshots(name -> true))
          .isInstanceOf(OutOfMemoryError.class);
    }
  }

  @Test
  void P16_collectorsThrow_onlyTheirMetricsAreOmitted() throws IOException {
    PrometheusRegistry registry = Content.registry();
    registry.register(Content.throwing("aaa", new IllegalStateException("first")));
    registry.register(Content.throwing("kkk", new NoClassDefFoundError("second")));
    registry.register(Content.throwing("zzz", new IOException("third")));
    try (CapturedLog log = new CapturedLog(MetricsPage.class);
        MetricsPage page = MetricsPage.create(registry);
        PageClient client = new PageClient(page)) {
      Reply reply = client.get();

      assertThat(reply.status()).isEqualTo(200);
      assertThat(Content.value(reply.text(), "orders_total")).isEqualTo(3);
      assertThat(reply.text()).contains("jvm_memory_used_bytes{", "process_start_time_seconds");
      assertThat(reply.text()).doesNotContain("aaa", "zzz", "Exception");
      assertThat(Content.value(reply.text(), "observe_scrape_failures_total{reason=\"source\"}"))
          .isEqualTo(3);
      assertThat(log.lines())
          .containsExactly(
              "A source of metrics failed and is omitted from the page:"
                  + " aaa, java.lang.IllegalStateException: first");
    }
  }

  /** The registry accepts collectors without names, and then each scrape of it throws. */
  @Test
  void registry_sameSeriesTwice_oneIsServedAndTheConflictIsCounted() throws IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(Content.source(Content.gauge("queue", 1)));
    registry.register(Content.source(Content.gauge("queue", 2)));
    try (CapturedLog log = new CapturedLog(MetricsPage.class);
        MetricsPage page = MetricsPage.create(registry);
        PageClient client = new PageClient(page)) {
      Reply reply = client.get();

      assertThat(reply.status()).isEqualTo(200);
      // The collectors of a registry have no order.
      assertThat(Content.value(reply.text(), "queue")).isIn(1.0, 2.0);
      assertThat(Content.value(reply.text(), "observe_scrape_conflicts_total")).isEqualTo(1);
      assertThat(log.lines()).hasSize(1);
    }
  }

  @Test
  void registry_conflictingTypes_onlyThatMetricIsOmitted() throws IOException {
    PrometheusRegistry registry = Content.registry();
    registry.register(Content.source(Content.gauge("orders", 99), Content.gauge("more", 7)));
    try (CapturedLog log = new CapturedLog(MetricsPage.class);
        MetricsPage page = MetricsPage.create(registry);
        PageClient client = new PageClient(page)) {
      Reply reply = client.get();

      assertThat(reply.status()).isEqualTo(200);
      assertThat(Content.value(reply.text(), "more")).isEqualTo(7);
      assertThat(reply.text()).contains("jvm_memory_used_bytes{").doesNotContain("orders_total");
      assertThat(log.lines()).hasSize(1);
    }
  }

  @Test
  void P16_collectorWithoutNameThrows_is500WithoutDetail() throws IOException {
    PrometheusRegistry registry = Content.registry();
    registry.register(
        (io.prometheus.metrics.model.registry.MultiCollector)
            () -> {
              throw new IllegalStateException("secret");
            });
    try (CapturedLog log = new CapturedLog(MetricsPage.class);
        MetricsPage page = MetricsPage.create(registry);
        PageClient client = new PageClient(page)) {
      Reply reply = client.get();

      assertThat(reply.status()).isEqualTo(500);
      assertThat(reply.text()).isEqualTo("The page could not be rendered.\n");
      assertThat(client.request("HEAD", "/metrics").status()).isEqualTo(500);
      assertThat(log.lines())
          .containsExactly(
              "The metrics page could not be rendered: java.lang.IllegalStateException: secret");
      assertThat(log.records()).allMatch(record -> record.getThrown() == null);

      registry.clear();
      assertThat(
              Content.value(client.get().text(), "observe_scrape_failures_total{reason=\"page\"}"))
          .isEqualTo(2);
    }
  }

  @Test
  void pageMetrics_afterAScrape_haveDurationAndSize() throws IOException {
    try (MetricsPage page = MetricsPage.create(Content.registry());
        PageClient client = new PageClient(page)) {
      int size = client.get().body().length;
      String text = client.get().text();

      assertThat(Content.value(text, "observe_scrape_duration_seconds_count")).isEqualTo(1);
      assertThat(Content.value(text, "observe_scrape_duration_seconds_sum")).isPositive();
      assertThat(Content.value(text, "observe_scrape_size_bytes_sum")).isEqualTo(size);
    }
  }

  @Test
  void create_secondPageOfARegistry_hasNoConflict() throws IOException {
    PrometheusRegistry registry = Content.registry();
    MetricSnapshots before = registry.scrape();
    try (MetricsPage first = MetricsPage.create(registry);
        MetricsPage second = MetricsPage.create(registry);
        PageClient firstClient = new PageClient(first);
        PageClient secondClient = new PageClient(second)) {
      assertThat(firstClient.get().status()).isEqualTo(200);
      assertThat(Content.value(secondClient.get().text(), "observe_scrape_conflicts_total"))
          .isZero();
    }
    assertThat(registry.scrape().size()).isEqualTo(before.size());
  }

  @Test
  void get_closedPage_is503() throws IOException {
    MetricsPage page = MetricsPage.create(Content.registry());
    try (PageClient client = new PageClient(page)) {
      page.close();
      page.close();

      assertThat(client.get().status()).isEqualTo(503);
    }
  }
}
