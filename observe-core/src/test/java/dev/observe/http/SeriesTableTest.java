/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.core.metrics.Histogram;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class SeriesTableTest {
  private final Histogram histogram =
      Histogram.builder().name("h").classicOnly().labelNames(RequestLabels.NAMES).build();
  private final SeriesTable table = new SeriesTable(histogram, List.of(), new double[] {1});

  private static RequestLabels labels(String route, int status) {
    RequestLabels labels = new RequestLabels();
    labels.method = "GET";
    labels.route = route;
    labels.status = status;
    labels.scheme = Scheme.HTTP;
    return labels;
  }

  private int series() {
    return histogram.collect().getDataPoints().size();
  }

  @Test
  void find_sameLabels_isTheSameSeries() {
    // Strings of its own each time, as a container makes them.
    Series first = table.find(labels(new String("/a"), 200));

    assertThat(table.find(labels(new String("/a"), 200))).isSameAs(first);
    assertThat(table.find(labels("/a", 404))).isNotSameAs(first);
  }

  @Test
  void find_livingLabelsChange_seriesKeepsItsOwn() {
    RequestLabels exchange = labels("/a", 200);
    Series first = table.find(exchange);
    exchange.status = 500;

    assertThat(table.find(exchange)).isNotSameAs(first);
    assertThat(table.find(labels("/a", 200))).isSameAs(first);
  }

  @Test
  void find_tooManyRoutes_areCountedTogether() {
    for (int i = 0; i < 10_000; i++) {
      table.find(labels("/raw/" + i, 200)).observe(1, null);
    }

    assertThat(series()).isEqualTo(SeriesTable.MAX_SERIES - SeriesTable.RESERVED + 1);
    assertThat(table.overflow())
        .isEqualTo(10_000 - (SeriesTable.MAX_SERIES - SeriesTable.RESERVED));
    assertThat(table.find(labels("/raw/9999", 200)))
        .isSameAs(table.find(labels(SeriesTable.OTHER_ROUTE, 200)));
  }

  @Test
  void find_whateverIsAsked_staysUnderTheCap() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    for (int i = 0; i < 100_000; i++) {
      table.find(labels("/raw/" + random.nextInt(), random.nextInt(100, 1000))).observe(1, null);
    }

    assertThat(series()).isEqualTo(SeriesTable.MAX_SERIES);
    long counted =
        histogram.collect().getDataPoints().stream().mapToLong(point -> point.getCount()).sum();
    assertThat(counted).isEqualTo(100_000);
  }

  @Test
  void find_overflowNeverEvicts() {
    Series known = table.find(labels("/orders", 200));
    for (int i = 0; i < 10_000; i++) {
      table.find(labels("/raw/" + i, 200));
    }

    assertThat(table.find(labels("/orders", 200))).isSameAs(known);
  }
}
