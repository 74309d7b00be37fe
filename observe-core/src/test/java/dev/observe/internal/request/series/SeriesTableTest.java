/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.instrument.HistogramKind;
import dev.observe.internal.instrument.SeriesOverflow;
import dev.observe.internal.request.LogLines;
import dev.observe.internal.semconv.KnownMethods;
import dev.observe.internal.semconv.Scheme;
import dev.observe.internal.semconv.StatusCodes;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SeriesTableTest {
  private final Histogram histogram =
      Histogram.builder()
          .name("h")
          .classicOnly()
          .labelNames(RequestLabels.names(List.of()))
          .build();
  private final AtomicLong nanos = new AtomicLong();
  private final SeriesOverflow overflow = new SeriesOverflow(nanos::get);
  private final SeriesTable table =
      new SeriesTable(
          histogram,
          HistogramKind.CLASSIC,
          List.of(),
          new double[] {1},
          overflow,
          (from, to) -> {});
  private final LogLines log = LogLines.of(SeriesOverflow.class);

  @AfterEach
  void close() {
    log.close();
  }

  private double overflow(String label) {
    return overflow.collect().stream()
        .flatMap(metric -> metric.getDataPoints().stream())
        .filter(point -> label.equals(point.getLabels().get("label")))
        .mapToDouble(point -> ((CounterDataPointSnapshot) point).getValue())
        .sum();
  }

  private static RequestLabels labels(String route, int status) {
    RequestLabels labels = new RequestLabels();
    labels.method = "GET";
    labels.route = route;
    labels.status = status;
    labels.scheme = Scheme.HTTP;
    return labels;
  }

  private int series() {
    return table.collect().getDataPoints().size();
  }

  @Test
  void find_sameLabels_isSameSeries() {
    // New strings each time, as from a container.
    Series first = table.find(labels(new String("/a"), 200));

    assertThat(table.find(labels(new String("/a"), 200))).isSameAs(first);
    assertThat(table.find(labels("/a", 404))).isNotSameAs(first);
  }

  @Test
  void find_labelsChangeLater_seriesIsUnchanged() {
    RequestLabels exchange = labels("/a", 200);
    Series first = table.find(exchange);
    exchange.status = 500;

    assertThat(table.find(exchange)).isNotSameAs(first);
    assertThat(table.find(labels("/a", 200))).isSameAs(first);
  }

  @Test
  void find_tooManyRoutes_areCountedTogether() {
    for (int i = 0; i < 10_000; i++) {
      table.find(labels("/raw/" + i, 200)).observe(1, null, 0);
    }

    assertThat(series()).isEqualTo(SeriesTable.MAX_SERIES - SeriesTable.RESERVED + 1);
    assertThat(overflow("http_route"))
        .isEqualTo(10_000 - (SeriesTable.MAX_SERIES - SeriesTable.RESERVED));
    assertThat(table.find(labels("/raw/9999", 200)))
        .isSameAs(table.find(labels(SeriesOverflow.OTHER, 200)));
  }

  @Test
  void find_anyLabels_staysWithinBound() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int i = 0; i < 100_000; i++) {
      table.find(labels("/raw/" + random.nextInt(), random.nextInt(100, 1000))).observe(1, null, 0);
    }

    assertThat(series()).isEqualTo(SeriesTable.MAX_SERIES);
    long counted =
        table.collect().getDataPoints().stream().mapToLong(point -> point.getCount()).sum();
    assertThat(counted).isEqualTo(100_000);
  }

  @Test
  void find_overflow_evictsNothing() {
    Series known = table.find(labels("/orders", 200));
    for (int i = 0; i < 10_000; i++) {
      table.find(labels("/raw/" + i, 200));
    }

    assertThat(table.find(labels("/orders", 200))).isSameAs(known);
  }

  /** Some applications have more routes than a client needs to fill the table with methods. */
  @Test
  void P9_everyRouteAskedInEveryWay_aNewRouteStillGetsItsOwn() {
    for (int route = 0; route < 100; route++) {
      for (String method : KnownMethods.DEFAULT) {
        RequestLabels labels = labels("/route/" + route, 200);
        labels.method = method;
        table.find(labels).observe(1, null, 0);
      }
    }

    for (int route = 0; route < 60; route++) {
      Series late = table.find(labels("/late/" + route, 200));

      assertThat(late.labels.get("http_route")).isEqualTo("/late/" + route);
      assertThat(table.find(labels("/late/" + route, 500)).labels.get("http_route"))
          .isEqualTo("/late/" + route);
    }
    assertThat(series()).isLessThanOrEqualTo(SeriesTable.MAX_SERIES);
    // 60 routes have all ten methods, the others their share of four.
    assertThat(overflow("http_request_method")).isEqualTo(40 * 6);
    assertThat(overflow("http_route")).isZero();
  }

  @Test
  void P9_statuses_areAClosedSet() {
    for (int status = -1_000; status <= 2_000; status++) {
      table.find(labels("/a", status)).observe(1, null, 0);
    }

    List<String> statuses =
        table.collect().getDataPoints().stream()
            .map(point -> point.getLabels().get("http_response_status_code"))
            .toList();
    assertThat(statuses)
        .doesNotHaveDuplicates()
        .hasSize(502)
        .contains("", "100", "599", "_OTHER")
        .doesNotContain("0", "99", "600", "-1");
    Series other = table.find(labels("/a", 99));
    assertThat(table.find(labels("/a", 600))).isSameAs(other);
    assertThat(table.find(labels("/a", StatusCodes.NONE))).isSameAs(other);
    assertThat(table.find(labels("/a", 0))).isNotSameAs(other);
  }

  /** An application may send a status that a client chooses. */
  @Test
  void P9_routesWithEveryStatus_newRouteHasOwnSeries() {
    for (int route = 0; route < 10; route++) {
      for (int status = 0; status <= 2_000; status++) {
        table.find(labels("/echo/" + route, status)).observe(1, null, 0);
      }
    }

    for (int route = 0; route < 60; route++) {
      Series late = table.find(labels("/late/" + route, 200));

      assertThat(late.labels.get("http_route")).isEqualTo("/late/" + route);
    }
    assertThat(series()).isLessThanOrEqualTo(SeriesTable.MAX_SERIES);
    assertThat(overflow("http_response_status_code")).isGreaterThan(1_000);
    assertThat(overflow("http_route")).isZero();
  }

  @Test
  void find_unsafeOrLongRoute_isStoredCleanAndCut() {
    String dirty = "/a\nb" + "x".repeat(10_000);

    Series series = table.find(labels(dirty, 200));

    assertThat(series.labels.get("http_route")).hasSize(128).startsWith("/a_b");
    assertThat(series.key.route).hasSize(128);
    assertThat(table.find(labels(dirty + "y", 200))).isSameAs(series);
  }

  @Test
  void P10_overflow_isLoggedOnceAnHourInOneLine() {
    for (int i = 0; i < 2_000; i++) {
      table.find(labels("/raw/" + i + "\r\nforged line" + "x".repeat(1_000), 200));
    }
    assertThat(log.lines())
        .singleElement()
        .asString()
        .startsWith(
            "The label http_route of http_server_request_duration_seconds has too many values,"
                + " for example \"/raw/900__forged linexxx")
        .hasSizeLessThan(512)
        .doesNotContain("\n", "\r");

    nanos.addAndGet(3_600_000_000_000L);
    table.find(labels("/raw/again", 200));
    table.find(labels("/raw/and again", 200));
    assertThat(log.lines()).hasSize(2);
  }
}
