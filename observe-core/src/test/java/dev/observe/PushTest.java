/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import dev.observe.internal.server.Reply;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Exemplar;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OTLP export and scrape return the same values of one registry. */
class PushTest {
  private final List<ExportMetricsServiceRequest> requests = new CopyOnWriteArrayList<>();
  private final HttpServer collector = collector();
  private final PrometheusRegistry registry = new PrometheusRegistry();

  private HttpServer collector() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/v1/metrics",
          exchange -> {
            try (exchange) {
              requests.add(ExportMetricsServiceRequest.parseFrom(exchange.getRequestBody()));
              exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
              exchange.sendResponseHeaders(200, -1);
            }
          });
      server.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void close() {
    collector.stop(0);
  }

  private Metrics start() {
    return start("observe.metrics.histograms", "classic");
  }

  private Metrics start(String property, String value) {
    return Metrics.builder("shop")
        .port(0)
        .registry(registry)
        .property(property, value)
        .property("otel.metrics.exporter", "otlp")
        .property(
            "otel.exporter.otlp.endpoint", "http://127.0.0.1:" + collector.getAddress().getPort())
        .disableJvmMetrics()
        .disableGlobal()
        .start();
  }

  private List<Metric> pushed() {
    List<Metric> all = new ArrayList<>();
    ExportMetricsServiceRequest last = requests.get(requests.size() - 1);
    last.getResourceMetricsList()
        .forEach(
            resource ->
                resource
                    .getScopeMetricsList()
                    .forEach(scope -> all.addAll(scope.getMetricsList())));
    return all;
  }

  private Metric pushed(String name) {
    return pushed().stream().filter(m -> m.getName().equals(name)).findFirst().orElseThrow();
  }

  /** Returns the pushed values with the names and labels of the text format. */
  private Map<String, Double> asScraped() {
    Map<String, Double> all = new TreeMap<>();
    for (Metric metric : pushed()) {
      String unit = metric.getUnit().equals("s") ? "_seconds" : "";
      unit = metric.getUnit().equals("By") ? "_bytes" : unit;
      String name = metric.getName() + unit;
      for (NumberDataPoint point : metric.getSum().getDataPointsList()) {
        all.put(name + "_total" + labels(point.getAttributesList()), point.getAsDouble());
      }
      for (NumberDataPoint point : metric.getGauge().getDataPointsList()) {
        all.put(name + labels(point.getAttributesList()), point.getAsDouble());
      }
      for (HistogramDataPoint point : metric.getHistogram().getDataPointsList()) {
        long sum = 0;
        for (int i = 0; i < point.getBucketCountsCount(); i++) {
          sum += point.getBucketCounts(i);
          String bound =
              i < point.getExplicitBoundsCount() ? "" + point.getExplicitBounds(i) : "+Inf";
          all.put(name + "_bucket" + labels(point.getAttributesList(), "le", bound), (double) sum);
        }
        all.put(name + "_count" + labels(point.getAttributesList()), (double) point.getCount());
        all.put(name + "_sum" + labels(point.getAttributesList()), point.getSum());
      }
      for (SummaryDataPoint point : metric.getSummary().getDataPointsList()) {
        point
            .getQuantileValuesList()
            .forEach(
                q ->
                    all.put(
                        name + labels(point.getAttributesList(), "quantile", "" + q.getQuantile()),
                        q.getValue()));
        all.put(name + "_count" + labels(point.getAttributesList()), (double) point.getCount());
        all.put(name + "_sum" + labels(point.getAttributesList()), point.getSum());
      }
    }
    return all;
  }

  private static String labels(List<KeyValue> attributes, String... more) {
    List<String> labels = new ArrayList<>();
    Map<String, String> sorted = new TreeMap<>();
    attributes.forEach(a -> sorted.put(a.getKey(), a.getValue().getStringValue()));
    sorted.forEach((name, value) -> labels.add(name + "=\"" + value + "\""));
    for (int i = 0; i < more.length; i += 2) {
      labels.add(more[i] + "=\"" + more[i + 1] + "\"");
    }
    return labels.isEmpty() ? "" : "{" + String.join(",", labels) + "}";
  }

  private static Map<String, Double> scraped(Metrics metrics) throws IOException {
    Map<String, Double> all = new TreeMap<>();
    Reply.get(metrics.uri().getPort(), "/metrics")
        .text()
        .lines()
        .filter(line -> line.startsWith("t_"))
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              all.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
            });
    return all;
  }

  @Test
  void pushAndScrape_sameRegistry_agreeValueByValue() throws IOException {
    try (Metrics metrics = start()) {
      Counter counter = Counter.builder().name("t_orders").labelNames("kind").register(registry);
      counter.labelValues("new").inc(3);
      counter.labelValues("").inc(0.5);
      Gauge.builder().name("t_warmth").help("How warm.").register(registry).set(-1.25);
      Info.builder().name("t_build").labelNames("v").register(registry).setLabelValues("1");
      Histogram histogram =
          Histogram.builder()
              .name("t_sizes")
              .classicOnly()
              .classicUpperBounds(1, 10)
              .labelNames("of")
              .register(registry);
      for (double value : new double[] {0.5, 1, 7, 100}) {
        histogram.labelValues("a").observe(value);
      }
      Summary summary = Summary.builder().name("t_waits").quantile(0.5).register(registry);
      summary.observe(2);
      metrics.timer("t_checkout").record(Duration.ofMillis(300));

      assertThat(metrics.flush(Duration.ofSeconds(20))).isTrue();

      Map<String, Double> pushed = asScraped();
      pushed.keySet().removeIf(name -> !name.startsWith("t_"));
      Map<String, Double> scraped = new TreeMap<>();
      // A label with an empty value is the same as no label.
      scraped(metrics)
          .forEach((name, value) -> scraped.put(name.replace("{kind=\"\"}", ""), value));
      assertThat(scraped).hasSizeGreaterThan(20).containsEntry("t_checkout_seconds_count", 1.0);
      assertThat(pushed).isEqualTo(scraped);
      assertThat(pushed("t_orders").getSum().getIsMonotonic()).isTrue();
      assertThat(pushed("t_orders").getSum().getAggregationTemporality())
          .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
      assertThat(pushed("t_warmth").getDescription()).isEqualTo("How warm.");
      assertThat(pushed("t_checkout").getUnit()).isEqualTo("s");
    }
  }

  @Test
  void push_nativeHistogram_hasTheSameBuckets() {
    try (Metrics metrics = start()) {
      Histogram histogram =
          Histogram.builder()
              .name("t_sizes")
              .nativeOnly()
              .nativeInitialSchema(0)
              .register(registry);
      for (double value : new double[] {0, 1, 1.5, 2, 3, 5, -3}) {
        histogram.observe(value);
      }

      assertThat(metrics.flush(Duration.ofSeconds(20))).isTrue();

      ExponentialHistogramDataPoint point =
          pushed("t_sizes").getExponentialHistogram().getDataPoints(0);
      assertThat(point.getScale()).isZero();
      assertThat(point.getZeroCount()).isEqualTo(1);
      assertThat(point.getCount()).isEqualTo(7);
      assertThat(point.getSum()).isEqualTo(9.5);
      // Above 1/2 up to 1, up to 2, up to 4, up to 8.
      assertThat(point.getPositive().getOffset()).isEqualTo(-1);
      assertThat(point.getPositive().getBucketCountsList()).containsExactly(1L, 2L, 1L, 1L);
      assertThat(point.getNegative().getOffset()).isEqualTo(1);
      assertThat(point.getNegative().getBucketCountsList()).containsExactly(1L);
    }
  }

  @Test
  void pushAndScrape_instrumentsOfBothApis_appearOnce() throws IOException {
    try (Metrics metrics = start()) {
      Counter.builder().name("t_orders").register(registry).inc();
      metrics.meter().counterBuilder("t_things").build().add(2);

      assertThat(metrics.flush(Duration.ofSeconds(20))).isTrue();

      assertThat(pushed()).extracting(Metric::getName).containsOnlyOnce("t_orders", "t_things");
      String page = Reply.get(metrics.uri().getPort(), "/metrics").text();
      assertThat(page).containsOnlyOnce("\nt_orders_total").containsOnlyOnce("\nt_things_total");
      assertThat(page).contains("observe_scrape_conflicts_total 0.0");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "native", "both"})
  void push_exemplars_arePushed(String histograms) {
    SpanContext span =
        SpanContext.create(
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "00f067aa0ba902b7",
            TraceFlags.getSampled(),
            TraceState.getDefault());
    try (Metrics metrics = start("observe.metrics.histograms", histograms)) {
      try (Scope scope = Span.wrap(span).makeCurrent()) {
        metrics.timer("t_checkout").record(Duration.ofMillis(300));
        metrics.timer("t_checkout").record(Duration.ofSeconds(3));
      }
      Counter counter = Counter.builder().name("t_orders").withoutExemplars().register(registry);
      counter.inc();
      Counter own = Counter.builder().name("t_own").register(registry);
      own.incWithExemplar(2, Labels.of("customer", "7"));

      assertThat(metrics.flush(Duration.ofSeconds(20))).isTrue();

      Metric timer = pushed("t_checkout");
      List<Exemplar> exemplars =
          histograms.equals("classic")
              ? timer.getHistogram().getDataPoints(0).getExemplarsList()
              : timer.getExponentialHistogram().getDataPoints(0).getExemplarsList();
      assertThat(exemplars).extracting(Exemplar::getAsDouble).containsExactly(0.3, 3.0);
      assertThat(exemplars)
          .allSatisfy(
              exemplar -> {
                assertThat(hex(exemplar.getTraceId())).isEqualTo(span.getTraceId());
                assertThat(hex(exemplar.getSpanId())).isEqualTo(span.getSpanId());
                assertThat(exemplar.getTimeUnixNano()).isPositive();
                assertThat(exemplar.getFilteredAttributesCount()).isZero();
              });
      assertThat(pushed("t_orders").getSum().getDataPoints(0).getExemplarsCount()).isZero();
      assertThat(pushed("t_own").getSum().getDataPoints(0).getExemplarsList())
          .singleElement()
          .satisfies(
              exemplar -> {
                assertThat(exemplar.getAsDouble()).isEqualTo(2);
                assertThat(exemplar.getTraceId().isEmpty()).isTrue();
                assertThat(exemplar.getFilteredAttributes(0).getValue().getStringValue())
                    .isEqualTo("7");
              });
    }
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  /** A short job ends before the first interval. */
  @Test
  void close_finalValues_arePushed() {
    try (Metrics metrics = start()) {
      metrics.timer("t_checkout").record(Duration.ofMillis(300));
    }

    assertThat(pushed("t_checkout").getHistogram().getDataPoints(0).getCount()).isEqualTo(1);
  }
}
