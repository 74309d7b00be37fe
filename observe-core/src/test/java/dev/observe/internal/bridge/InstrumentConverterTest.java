/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.bridge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.util.RateLimitedLog;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusProtobufWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's metrics of instruments are those of OpenTelemetry's own exporter for Prometheus. */
class InstrumentConverterTest {
  private static final RateLimitedLog LOG =
      new RateLimitedLog(
          System.getLogger(InstrumentConverterTest.class.getName()), System::nanoTime);

  private static final Attributes ATTRIBUTES =
      Attributes.builder()
          .put("http.route", "/orders/{id}")
          .put("customer", "a\"b\\c\n")
          .put("2nd-key", 7)
          .put("share", 0.5)
          .put("new", true)
          .put(AttributeKey.stringArrayKey("tags"), "a", "b\"", "\t\u0001")
          .put(AttributeKey.longArrayKey("sizes"), 1L, 2L)
          .build();

  /** The metrics of an SDK, converted by both. */
  private record Read(MetricSnapshots stock, MetricSnapshots page) {}

  private static Read read(Consumer<MeterProvider> use) {
    InstrumentReader ours = new InstrumentReader();
    PrometheusMetricReader stock =
        PrometheusMetricReader.builder().setTargetInfoMetricEnabled(false).build();
    try (SdkMeterProvider meters =
        SdkMeterProvider.builder()
            .registerMetricReader(ours)
            .registerView(
                InstrumentSelector.builder().setName("exponential*").build(),
                View.builder()
                    .setAggregation(Aggregation.base2ExponentialBucketHistogram())
                    .build())
            .registerView(
                InstrumentSelector.builder().setName("filtered").build(),
                View.builder().setAttributeFilter(key -> key.equals("customer")).build())
            .build()) {
      use.accept(meters);
      Collection<MetricData> metrics = ours.collect();
      // Read once: each reader of an SDK gets its own timestamps.
      stock.register(
          new CollectionRegistration() {
            @Override
            public Collection<MetricData> collectAllMetrics() {
              return metrics;
            }
          });
      return new Read(
          stock.collect(), new MetricSnapshots(new InstrumentConverter(LOG).convert(metrics)));
    }
  }

  private static String text(MetricSnapshots snapshots) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    OpenMetricsTextFormatWriter.builder()
        .setCreatedTimestampsEnabled(true)
        .setExemplarsOnAllMetricTypesEnabled(true)
        .build()
        .write(out, snapshots);
    return out.toString(UTF_8);
  }

  private static void assertSame(Read read) throws IOException {
    assertThat(text(read.page)).isEqualTo(text(read.stock));
    PrometheusProtobufWriter protobuf = new PrometheusProtobufWriter();
    assertThat(protobuf.toDebugString(read.page)).isEqualTo(protobuf.toDebugString(read.stock));
  }

  @Test
  void convert_everyInstrument_isThatOfTheStockExporter() throws IOException {
    Read read =
        read(
            meters -> {
              Meter meter =
                  meters
                      .meterBuilder("shop")
                      .setInstrumentationVersion("1.2")
                      .setSchemaUrl("https://schema")
                      .build();
              meter.counterBuilder("orders").setDescription("Orders.").build().add(3, ATTRIBUTES);
              meter.counterBuilder("weight").ofDoubles().setUnit("g").build().add(1.5);
              meter.upDownCounterBuilder("queue.size").build().add(-2, ATTRIBUTES);
              meter.upDownCounterBuilder("depth").ofDoubles().setUnit("m").build().add(-2.5);
              meter.gaugeBuilder("heat").setUnit("Cel").build().set(21.5);
              meter.gaugeBuilder("level").ofLongs().build().set(4, ATTRIBUTES);
              DoubleHistogram wait = meter.histogramBuilder("wait").setUnit("s").build();
              wait.record(0.3, ATTRIBUTES);
              wait.record(30_000, ATTRIBUTES);
              meter.histogramBuilder("sizes").ofLongs().setUnit("By").build().record(100);
              DoubleHistogram exponential = meter.histogramBuilder("exponential").build();
              for (double value : new double[] {0, 0.001, 1, 1.0001, 5_000, 1e9}) {
                exponential.record(value, ATTRIBUTES);
              }
              meter.histogramBuilder("exponential.narrow").build().record(1.5);
              meters
                  .get("other")
                  .counterBuilder("orders")
                  .setDescription("Orders.")
                  .build()
                  .add(4, ATTRIBUTES);
            });

    assertThat(read.page.size()).isEqualTo(10);
    assertSame(read);
  }

  @Test
  void convert_exemplars_areThoseOfTheStockExporter() throws IOException {
    SpanContext context =
        SpanContext.create(
            "0af7651916cd43dd8448eb211c80319c",
            "b7ad6b7169203331",
            TraceFlags.getSampled(),
            TraceState.getDefault());
    Read read =
        read(
            meters -> {
              try (Scope scope = Span.wrap(context).makeCurrent()) {
                Meter meter = meters.get("shop");
                meter.counterBuilder("orders").build().add(1);
                meter.histogramBuilder("wait").build().record(7);
                meter.histogramBuilder("exponential").build().record(7);
                meter.counterBuilder("filtered").build().add(1, ATTRIBUTES);
                meter.histogramBuilder("filtered").build().record(1, Attributes.empty());
              }
            });

    assertThat(text(read.page)).contains("# {span_id=\"b7ad6b7169203331\",trace_id=");
    assertSame(read);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "{order}",
        "{order}/s",
        "s",
        "ms",
        "By",
        "By/s",
        "KiBy/min",
        "m/s",
        "Cel",
        "%",
        "a",
        "mo",
        "wk",
        "d",
        "h",
        "us",
        "ns",
        "V",
        "A",
        "J",
        "W",
        "g",
        "Hz",
        "TBy",
        "GiBy",
        "s/By",
        "foo",
        "foo/bar",
        "foo bar",
        "mi_le",
        "total",
        "°F"
      })
  void convert_unit_isThatOfTheStockExporter(String unit) throws IOException {
    Read read =
        read(
            meters -> {
              meters.get("shop").counterBuilder("done").setUnit(unit).build().add(1);
              meters.get("shop").gaugeBuilder("now").setUnit(unit).build().set(1);
            });

    assertThat(read.page.size()).isEqualTo(2);
    assertSame(read);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a.b",
        "a-b",
        "a/b",
        "a..b",
        "a__b",
        "orders_total",
        "orders.total",
        "a_created",
        "a_info",
        "a_bucket_total",
        "wait_seconds",
        "total",
        "info",
        "a_"
      })
  void convert_name_isThatOfTheStockExporter(String name) throws IOException {
    assertSame(read(meters -> meters.get("shop").counterBuilder(name).setUnit("s").build().add(1)));
  }

  @ParameterizedTest
  @CsvSource({"counter", "unit"})
  void convert_oneNameForTwoMetrics_firstIsKept(String second) {
    Read read =
        read(
            meters -> {
              meters.get("a").gaugeBuilder("size").setUnit("By").build().set(1);
              if (second.equals("counter")) {
                meters.get("b").counterBuilder("size").setUnit("By").build().add(2);
              } else {
                meters.get("b").gaugeBuilder("size_bytes").build().set(2);
              }
            });

    assertThat(read.page.size()).isEqualTo(1);
    assertThat(read.page.get(0).getDataPoints()).hasSize(1);
  }

  /** The specification of OpenTelemetry for Prometheus requires both values. */
  @Test
  void convert_twoAttributesWithOneLabel_bothValuesAreKept() throws IOException {
    Attributes attributes = Attributes.builder().put("a.b", "1").put("a_b", "2").build();

    Read read = read(meters -> meters.get("a").counterBuilder("n").build().add(1, attributes));

    assertThat(text(read.page)).contains("a_b=\"1;2\"");
  }
}
