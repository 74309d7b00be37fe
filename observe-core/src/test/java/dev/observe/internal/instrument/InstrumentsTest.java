/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.instrument;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.Timer;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class InstrumentsTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final AtomicLong nanos = new AtomicLong();
  private final Instruments instruments =
      new Instruments(registry, HistogramKind.CLASSIC, nanos::get);

  private MetricSnapshot find(String name) {
    return registry.scrape(name::equals).stream().findFirst().orElseThrow();
  }

  private HistogramDataPointSnapshot point(String name) {
    return ((HistogramSnapshot) find(name)).getDataPoints().get(0);
  }

  @Test
  void time_result_isReturnedAndDurationRecorded() {
    int result =
        instruments
            .timer("checkout")
            .time(
                () -> {
                  nanos.addAndGet(250_000_000);
                  return 7;
                });

    assertThat(result).isEqualTo(7);
    assertThat(point("checkout_seconds").getCount()).isEqualTo(1);
    assertThat(point("checkout_seconds").getSum()).isEqualTo(0.25);
  }

  @Test
  void time_exception_isRethrownAndDurationRecorded() {
    Timer timer = instruments.timer("checkout");

    assertThatThrownBy(
            () ->
                timer.time(
                    () -> {
                      nanos.addAndGet(1_000_000_000);
                      throw new IOException("closed");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("closed");

    assertThat(point("checkout_seconds").getSum()).isEqualTo(1);
  }

  @Test
  void record_negative_countsAsZero() {
    Timer timer = instruments.timer("checkout");

    timer.record(Duration.ofMillis(-5));
    timer.record(Duration.ofMillis(1_500));

    assertThat(point("checkout_seconds").getCount()).isEqualTo(2);
    assertThat(point("checkout_seconds").getSum()).isEqualTo(1.5);
  }

  @Test
  void record_forever_isRecorded() {
    instruments.timer("checkout").record(ChronoUnit.FOREVER.getDuration());

    assertThat(point("checkout_seconds").getCount()).isEqualTo(1);
    assertThat(point("checkout_seconds").getSum()).isEqualTo((double) Long.MAX_VALUE);
  }

  @Test
  void instrument_sameName_returnsSameInstance() {
    assertThat(instruments.timer("check.out")).isSameAs(instruments.timer("check_out_seconds"));
    assertThat(instruments.counter("orders")).isSameAs(instruments.counter("orders_total"));
    assertThat(instruments.gauge("room-temperature"))
        .isSameAs(instruments.gauge("room_temperature"));
    assertThat(registry.scrape().size()).isEqualTo(3);
  }

  @Test
  void gauge_sameNameAgain_replacesTheSupplier() {
    instruments.gauge("queue_size", () -> 1);
    instruments.gauge("queue_size", () -> 2);

    assertThat(((GaugeSnapshot) find("queue_size")).getDataPoints().get(0).getValue()).isEqualTo(2);
  }

  @Test
  void counter_nameOfAGauge_throws() {
    instruments.gauge("orders");

    assertThatThrownBy(() -> instruments.counter("orders"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "name must belong to one instrument, was 'orders', which is the name of a Gauge; choose"
                + " another name");
  }

  @Test
  void timer_nameInTheRegistryAlready_throws() {
    Gauge.builder().name("checkout_seconds").register(registry);

    assertThatThrownBy(() -> instruments.timer("checkout"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("name must be free in the registry, was 'checkout_seconds' (");
  }

  @Test
  void counter_nameInTheRegistryAlready_throws() {
    Counter.builder().name("orders").register(registry).inc(3);

    assertThatThrownBy(() -> instruments.counter("orders"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "name must be free in the registry, was 'orders' (orders: duplicate metric name with"
                + " identical label schema []); choose another name, or use the metric that is"
                + " registered there");
    assertThat(((CounterSnapshot) find("orders")).getDataPoints().get(0).getValue()).isEqualTo(3);
  }

  @Test
  void timer_invalidName_throws() {
    assertThatThrownBy(() -> instruments.timer("time of day"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "name must begin with a letter and contain only letters, digits, '_', '.' and '-', was"
                + " 'time of day'");
  }

  @Test
  void close_unregistersAll_instrumentsStillRecord() {
    Timer timer = instruments.timer("checkout");
    instruments.gauge("queue_size", () -> 1);

    instruments.close();

    assertThat(registry.scrape().size()).isZero();
    timer.record(Duration.ofSeconds(1));
    instruments.counter("orders").inc();
    assertThat(registry.scrape().size()).isZero();
  }
}
