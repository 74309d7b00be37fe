/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks.page;

import dev.observe.internal.exposition.MetricsPage;
import dev.observe.internal.exposition.format.OwnTextWriter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.exporter.common.PrometheusScrapeHandler;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.DoubleStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One page of histograms. A series with 14 buckets has 17 lines. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@State(Scope.Benchmark)
public class PageBenchmark {
  /** Lines of a series: 15 buckets, count and sum. */
  public static final int LINES = 17;

  private static final double[] BUCKETS = {
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
  };

  /** See {@link #start}. */
  @Param({"write"})
  public String what = "write";

  @Param({"observe"})
  public String writer = "observe";

  @Param({"text"})
  public String format = "text";

  @Param({"10000"})
  public int series = 10_000;

  private Page page = () -> 0;

  /** Writes a page and returns its size. */
  private interface Page {
    long write() throws Exception;
  }

  /**
   * Fills a registry and checks the length of a page.
   *
   * <p>{@code write}: from snapshots to discarded bytes. {@code collect}: from the registry to
   * snapshots. {@code scrape}: from the request to the last byte of the response, as the exporter
   * does it, collecting and the page in memory included; {@code gzip}: the same, compressed as for
   * Prometheus.
   */
  @Setup
  public void start() throws Exception {
    boolean openMetrics = format.equals("openmetrics");
    page =
        switch (what) {
          case "write" -> write(openMetrics);
          case "collect" -> collect();
          case "scrape", "gzip" -> scrape(openMetrics, what.equals("gzip"));
          default -> throw new IllegalArgumentException("what must be known, was " + what);
        };
    long least = what.equals("collect") ? series : series * (what.equals("gzip") ? LINES : 900L);
    if (page.write() < least) {
      throw new IllegalStateException(writer + " must write " + series + " series");
    }
  }

  /** Makes one page. */
  @Benchmark
  public long page() throws Exception {
    return page.write();
  }

  /** Returns the values of one series: random, so that no two series have equal lines. */
  private static DoubleStream seconds(int series) {
    SplittableRandom random = new SplittableRandom(series);
    int count = 1 + random.nextInt(300);
    return random.doubles(count).map(exponent -> 0.002 * Math.pow(5_000, exponent));
  }

  private PrometheusRegistry registry() {
    PrometheusRegistry registry = new PrometheusRegistry();
    Histogram histogram =
        Histogram.builder()
            .name("http_server_request_duration_seconds")
            .help("Duration of HTTP server requests.")
            .labelNames("http_request_method", "http_route", "http_response_status_code")
            .classicOnly()
            .classicUpperBounds(BUCKETS)
            .withoutExemplars()
            .register(registry);
    for (int i = 0; i < series; i++) {
      DistributionDataPoint point = histogram.labelValues("GET", "/shop/orders" + i + "/*", "200");
      seconds(i).forEach(point::observe);
    }
    return registry;
  }

  private Page write(boolean openMetrics) {
    MetricSnapshots snapshots = registry().scrape();
    ExpositionFormatWriter library =
        openMetrics ? OpenMetricsTextFormatWriter.create() : PrometheusTextFormatWriter.create();
    ExpositionFormatWriter text =
        writer.equals("observe") ? new OwnTextWriter(library, openMetrics) : library;
    return () -> {
      CountingOutput out = new CountingOutput();
      text.write(out, snapshots, EscapingScheme.UNDERSCORE_ESCAPING);
      return out.count;
    };
  }

  private Page collect() {
    PrometheusRegistry registry = registry();
    return () -> registry.scrape().stream().mapToLong(s -> s.getDataPoints().size()).sum();
  }

  private Page scrape(boolean openMetrics, boolean gzip) {
    String accept = openMetrics ? "application/openmetrics-text; version=1.0.0" : "text/plain";
    Scraped scraped =
        switch (writer) {
          case "observe" -> MetricsPage.create(registry())::handle;
          case "library" -> new PrometheusScrapeHandler(registry())::handleRequest;
          case "micrometer" -> micrometer();
          case "opentelemetry" -> openTelemetry();
          default -> throw new IllegalArgumentException("writer must be known, was " + writer);
        };
    return () -> {
      FakeScrape scrape = new FakeScrape(accept, gzip);
      scraped.handle(scrape);
      return scrape.status == 200 ? scrape.length.count : 0;
    };
  }

  /** Answers one scrape. */
  private interface Scraped {
    void handle(FakeScrape scrape) throws Exception;
  }

  private Scraped micrometer() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Duration[] buckets =
        Arrays.stream(BUCKETS)
            .mapToObj(b -> Duration.ofNanos((long) (b * 1e9)))
            .toArray(Duration[]::new);
    for (int i = 0; i < series; i++) {
      Timer timer =
          Timer.builder("http.server.requests")
              .tags("method", "GET", "uri", "/shop/orders" + i + "/*", "status", "200")
              .serviceLevelObjectives(buckets)
              .register(registry);
      seconds(i).forEach(seconds -> timer.record((long) (seconds * 1e9), TimeUnit.NANOSECONDS));
    }
    // It has no exporter: this is the code of Spring Boot's endpoint.
    AtomicInteger size = new AtomicInteger(16);
    return scrape -> {
      ByteArrayOutputStream page = new ByteArrayOutputStream(size.get());
      registry.scrape(page, "text/plain");
      size.set(page.size() + 128);
      page.writeTo(scrape.sendHeadersAndGetBody(200, page.size()));
    };
  }

  private Scraped openTelemetry() {
    PrometheusMetricReader reader = PrometheusMetricReader.create();
    SdkMeterProvider provider =
        SdkMeterProvider.builder()
            .registerMetricReader(reader)
            .registerView(
                InstrumentSelector.builder().setName("*").build(),
                View.builder().setCardinalityLimit(series + 10).build())
            .build();
    DoubleHistogram histogram =
        provider
            .get("benchmark")
            .histogramBuilder("http.server.request.duration")
            .setUnit("s")
            .setExplicitBucketBoundariesAdvice(Arrays.stream(BUCKETS).boxed().toList())
            .build();
    for (int i = 0; i < series; i++) {
      Attributes attributes =
          Attributes.of(
              AttributeKey.stringKey("http.request.method"), "GET",
              AttributeKey.stringKey("http.route"), "/shop/orders" + i + "/*",
              AttributeKey.stringKey("http.response.status_code"), "200");
      seconds(i).forEach(seconds -> histogram.record(seconds, attributes));
    }
    PrometheusRegistry registry = new PrometheusRegistry();
    registry.register(reader);
    return new PrometheusScrapeHandler(registry)::handleRequest;
  }
}
