/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.observe.testkit.Json;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.core.metrics.Summary;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot.UnknownDataPointSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Compares the report with exact results from all values. */
class ReportTest {
  private static final int VALUES = 100_000;
  private static final double[] BOUNDS = {
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10
  };
  private static final Map<String, Double> PERCENTILES =
      Map.of("p50", 0.5, "p75", 0.75, "p95", 0.95, "p99", 0.99, "p999", 0.999);

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final AtomicLong nanos = new AtomicLong(-1_000_000_000_000L);
  private final Report report =
      new Report(registry::scrape, nanos::get, () -> Instant.parse("2026-11-21T08:00:00Z"));

  private Object report(String... names) {
    String text = report.respond(List.of(names)).body();
    Object json = Json.parse(text);
    assertThat(json).isNotNull();
    return json;
  }

  private static @Nullable Object metric(Object json, String name) {
    return Json.list(json, "metrics").stream()
        .filter(metric -> name.equals(Json.at(metric, "name")))
        .findFirst()
        .orElse(null);
  }

  private static Map<?, ?> series(Object json, String name) {
    return (Map<?, ?>) Json.list(metric(json, name), "series").get(0);
  }

  private static double number(Map<?, ?> series, String key) {
    assertThat(series.get(key)).as(key).isInstanceOf(Double.class);
    return (Double) series.get(key);
  }

  /** A known stream of 100,000 values over 20 minutes, with a changing rate. */
  private final class Stream {
    final double[] values = new double[VALUES];
    final long[] times = new long[VALUES];
    final long start = nanos.get();

    Stream(List<Histogram> histograms, Counter counter, Summary summary) {
      Random random = new Random(42);
      double minutes = 20;
      long lastSample = nanos.get();
      report.sample();
      for (int i = 0; i < VALUES; i++) {
        double fraction = (i + 1.0) / VALUES;
        // The rate varies between 0.5 and 1.5 of its mean, with a period of seven minutes.
        double swing = minutes * 60 * fraction;
        swing += 0.5 * 420 / (2 * Math.PI) * Math.sin(2 * Math.PI * swing / 420);
        long at = start + (long) (swing * 1e9);
        while (lastSample + Rates.STEP_NANOS <= at) {
          // Samples are late, as those of a thread are.
          lastSample += Rates.STEP_NANOS + random.nextInt(20_000_000);
          nanos.set(Math.min(lastSample, at));
          report.sample();
        }
        nanos.set(at);
        double value = Math.exp(random.nextGaussian() - 3);
        values[i] = value;
        times[i] = at;
        histograms.forEach(histogram -> histogram.observe(value));
        counter.inc();
        summary.observe(value);
      }
    }

    double exactRate(int minutes) {
      long from = nanos.get() - TimeUnit.MINUTES.toNanos(minutes);
      return Arrays.stream(times).filter(at -> at > from).count() / (minutes * 60.0);
    }

    double max() {
      return Arrays.stream(values).max().orElseThrow();
    }

    double exactQuantile(double part) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      return sorted[(int) Math.ceil(part * VALUES) - 1];
    }
  }

  @Test
  void report_hundredThousandValues_isWithinTheBuckets() {
    Histogram classic =
        Histogram.builder()
            .name("classic_seconds")
            .classicOnly()
            .classicUpperBounds(BOUNDS)
            .register(registry);
    Histogram fine = Histogram.builder().name("fine_seconds").nativeOnly().register(registry);
    Counter counter = Counter.builder().name("things").register(registry);
    Summary summary = Summary.builder().name("sizes").quantile(0.95).register(registry);

    Stream stream = new Stream(List.of(classic, fine), counter, summary);
    Object json = report();

    double sum = Arrays.stream(stream.values).sum();
    for (String name : List.of("classic_seconds", "fine_seconds", "sizes")) {
      Map<?, ?> series = series(json, name);
      assertThat(number(series, "count")).isEqualTo(VALUES);
      assertThat(number(series, "sum")).isCloseTo(sum, within(sum / 100));
      assertThat(number(series, "mean")).isCloseTo(sum / VALUES, within(sum / VALUES / 100));
    }
    assertThat(number(series(json, "things"), "count")).isEqualTo(VALUES);
    for (int minutes : new int[] {1, 5, 15}) {
      double exact = stream.exactRate(minutes);
      for (String name : List.of("classic_seconds", "fine_seconds", "sizes", "things")) {
        assertThat(number(series(json, name), "rate" + minutes + "m"))
            .as(name + " over " + minutes + " minutes")
            .isCloseTo(exact, within(exact * 0.05));
      }
    }
    int schema = fine.collect().getDataPoints().get(0).getNativeSchema();
    double fineError = Math.pow(2, Math.pow(2, -schema)) - 1;
    assertThat(fineError).isLessThan(0.1);
    PERCENTILES.forEach(
        (name, part) -> {
          double exact = stream.exactQuantile(part);
          assertThat(number(series(json, "fine_seconds"), name))
              .as(name)
              .isCloseTo(exact, within(exact * fineError));
          double reported = number(series(json, "classic_seconds"), name);
          assertThat(reported).as(name).isBetween(lower(exact), upper(exact));
        });
    assertThat(number(series(json, "classic_seconds"), "min")).isZero();
    assertThat(number(series(json, "classic_seconds"), "max")).isEqualTo(upper(stream.max()));
    assertThat(number(series(json, "fine_seconds"), "max"))
        .isBetween(stream.max(), stream.max() * (1 + fineError));
  }

  private static double lower(double value) {
    return Arrays.stream(BOUNDS).filter(bound -> bound < value).max().orElse(0);
  }

  private static double upper(double value) {
    return Arrays.stream(BOUNDS).filter(bound -> bound >= value).min().orElseThrow();
  }

  @Test
  void report_everyType_hasItsFields() {
    Gauge.builder()
        .name("temperature")
        .unit(Unit.CELSIUS)
        .help("How warm.")
        .labelNames("room")
        .register(registry)
        .labelValues("a\"b")
        .set(21.5);
    registry.register(
        () ->
            UnknownSnapshot.builder()
                .name("mystery")
                .dataPoint(UnknownDataPointSnapshot.builder().value(7).build())
                .build());
    Info.builder().name("thing").labelNames("colour").register(registry).setLabelValues("red");
    Histogram.builder().name("idle_seconds").classicOnly().register(registry);

    Object json = report();

    assertThat(Json.at(json, "time")).isEqualTo("2026-11-21T08:00:00Z");
    Object gauge = metric(json, "temperature_celsius");
    assertThat(Json.at(gauge, "type")).isEqualTo("gauge");
    assertThat(Json.at(gauge, "unit")).isEqualTo("celsius");
    assertThat(Json.at(gauge, "help")).isEqualTo("How warm.");
    assertThat(series(json, "temperature_celsius"))
        .isEqualTo(Map.of("labels", Map.of("room", "a\"b"), "value", 21.5));
    assertThat(series(json, "mystery")).isEqualTo(Map.of("labels", Map.of(), "value", 7.0));
    assertThat(series(json, "thing")).isEqualTo(Map.of("labels", Map.of("colour", "red")));
    Map<?, ?> idle = series(json, "idle_seconds");
    assertThat(number(idle, "count")).isZero();
    for (String key : List.of("mean", "p99", "max", "rate1m")) {
      assertThat(idle.containsKey(key)).as(key).isTrue();
      assertThat(idle.get(key)).as(key).isNull();
    }
  }

  @Test
  void report_names_filterByName() {
    for (String name : List.of("a", "b", "c")) {
      Counter.builder().name(name).register(registry);
    }

    List<@Nullable Object> names = new ArrayList<>();
    Json.list(report("a_total", "c"), "metrics").forEach(m -> names.add(Json.at(m, "name")));

    assertThat(names).containsExactly("a", "c");
  }

  @Test
  void rate_youngProcess_isSinceTheStart() {
    Counter counter = Counter.builder().name("things").register(registry);
    report.sample();
    counter.inc(30);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));

    Map<?, ?> series = series(report(), "things");

    assertThat(number(series, "rate1m")).isEqualTo(3);
    assertThat(number(series, "rate15m")).isEqualTo(3);
  }

  @Test
  void rate_seriesFromTheStart_countsFromTheFirstSample() {
    Counter.builder().name("things").register(registry).inc(9_000);
    report.sample();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));

    assertThat(number(series(report(), "things"), "rate1m")).isZero();
  }

  @Test
  void rate_laterSeries_countsFromZero() {
    report.sample();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(30));
    Counter.builder().name("things").register(registry).inc(60);

    assertThat(number(series(report(), "things"), "rate1m")).isEqualTo(2);
    report.sample();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(30));
    assertThat(number(series(report(), "things"), "rate1m")).isEqualTo(1);
  }

  @Test
  void rate_recreatedSeries_isNotNegative() {
    Counter first = Counter.builder().name("things").register(registry);
    first.inc(1_000);
    report.sample();
    registry.unregister(first);
    Counter.builder().name("things").register(registry).inc(60);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(60));

    assertThat(number(series(report(), "things"), "rate1m")).isEqualTo(1);
  }

  /** Promise P9: all memory is bounded. */
  @Test
  void rate_seriesAboveTheLimit_isAbsent() {
    Counter counter = Counter.builder().name("things").labelNames("n").register(registry);
    for (int i = 0; i < Rates.MAX_SERIES + 100; i++) {
      counter.labelValues("" + i).inc();
    }
    report.sample();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));

    List<?> all = Json.list(metric(report(), "things"), "series");

    assertThat(all).hasSize(Rates.MAX_SERIES + 100);
    assertThat(all.stream().filter(one -> Json.at(one, "rate1m") == null)).hasSize(100);
  }

  /** A gauge may query a database, so only pages and reports may call it. */
  @Test
  void sample_gauges_areNotCalledAgain() {
    AtomicLong calls = new AtomicLong();
    GaugeWithCallback.builder()
        .name("rows")
        .callback(callback -> callback.call((double) calls.incrementAndGet()))
        .register(registry);

    for (int i = 0; i < 10; i++) {
      report.sample();
    }

    assertThat(calls).hasValue(1);
  }
}
