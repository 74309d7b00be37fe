/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.exposition.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.internal.server.Content;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.config.ExporterProperties;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the writer with that of the library: the same snapshots must give the same bytes. */
class TextFormatWriterTest {
  private static final ExporterProperties USUAL = ExporterProperties.builder().build();

  private static ExpositionFormatWriter library(boolean openMetrics) {
    return openMetrics ? OpenMetricsTextFormatWriter.create() : PrometheusTextFormatWriter.create();
  }

  private void assertSameAsLibrary(
      MetricSnapshots snapshots, boolean openMetrics, EscapingScheme escaping) throws IOException {
    ExpositionFormatWriter library = library(openMetrics);
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    library.write(expected, snapshots, escaping);
    ByteArrayOutputStream actual = new ByteArrayOutputStream();

    new TextFormatWriter(library, openMetrics, USUAL).write(actual, snapshots, escaping);

    assertThat(actual.toString(StandardCharsets.UTF_8))
        .isEqualTo(expected.toString(StandardCharsets.UTF_8));
    assertThat(actual.toByteArray()).isEqualTo(expected.toByteArray());
  }

  private static HistogramDataPointSnapshot point(Labels labels, Exemplars exemplars) {
    return HistogramDataPointSnapshot.builder()
        .labels(labels)
        .sum(12.75)
        .classicHistogramBuckets(
            ClassicHistogramBuckets.of(
                new double[] {0.005, 1, 1e9, Double.POSITIVE_INFINITY},
                new long[] {0, 7, 1_234_567_890_123L, 1}))
        .createdTimestampMillis(1_700_000_000_123L)
        .exemplars(exemplars)
        .build();
  }

  private static Exemplar exemplar(double value, long millis, String... labels) {
    Exemplar.Builder exemplar = Exemplar.builder().value(value).labels(Labels.of(labels));
    return (millis == 0 ? exemplar : exemplar.timestampMillis(millis)).build();
  }

  private static HistogramSnapshot histogram(String name, HistogramDataPointSnapshot... points) {
    return new HistogramSnapshot(
        new MetricMetadata(name, "Help with \\ and\nlines, äöü.", null), List.of(points));
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void write_unusualLabels_sameBytes(boolean openMetrics) throws IOException {
    MetricSnapshots snapshots =
        MetricSnapshots.of(
            histogram("no_labels", point(Labels.EMPTY, Exemplars.EMPTY)),
            histogram(
                "some_labels",
                point(Labels.EMPTY, Exemplars.EMPTY),
                point(Labels.of("a", "1"), Exemplars.EMPTY)),
            histogram(
                "unusual",
                point(Labels.of("a", "back\\slash", "b", "quo\"te"), Exemplars.EMPTY),
                point(Labels.of("a", "new\nline", "b", ""), Exemplars.EMPTY),
                point(Labels.of("a", "\r\t\u0000äöü 😀", "b", "\ud800"), Exemplars.EMPTY)),
            histogram("with.dots", point(Labels.of("x", "1"), Exemplars.EMPTY)),
            histogram("with:colon", point(Labels.of("x", "1"), Exemplars.EMPTY)),
            histogram("label_with_dots", point(Labels.of("x.y", "1"), Exemplars.EMPTY)));

    for (EscapingScheme escaping : EscapingScheme.values()) {
      assertSameAsLibrary(snapshots, openMetrics, escaping);
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void write_exemplars_sameBytes(boolean openMetrics) throws IOException {
    Exemplars exemplars =
        Exemplars.of(
            exemplar(0.001, 1_700_000_000_007L, "span_id", "b7", "trace_id", "0a"),
            exemplar(0.5, 1_700_000_000_070L, "trace_id", "quo\"te"),
            exemplar(2, 1_700_000_000_700L, "trace_id", "x"),
            exemplar(1e10, 0, "trace_id", "y"));
    MetricSnapshots snapshots =
        MetricSnapshots.of(
            histogram("h", point(Labels.of("a", "1"), exemplars)),
            histogram(
                "i",
                point(Labels.of("a", "1"), Exemplars.of(exemplar(0.5, 0, "trace.id", "dotted")))),
            histogram("j", point(Labels.EMPTY, Exemplars.of(exemplar(0.5, -70_005, "a", "past")))));

    assertSameAsLibrary(snapshots, openMetrics, EscapingScheme.UNDERSCORE_ESCAPING);
    assertSameAsLibrary(snapshots, openMetrics, EscapingScheme.ALLOW_UTF8);
  }

  /** The library must not be called: each line stands for a type that our writer writes. */
  @Test
  void write_ordinaryMetrics_doesNotUseTheLibrary() throws IOException {
    PrometheusRegistry registry = new PrometheusRegistry();
    Histogram.builder().name("h").classicUpperBounds(1).register(registry).observe(0.5);
    Counter.builder().name("c").register(registry).inc(3);
    Gauge.builder().name("g").register(registry).set(0.25);
    ByteArrayOutputStream page = new ByteArrayOutputStream();

    new TextFormatWriter(new NoWriter(), true, USUAL)
        .write(page, registry.scrape(), EscapingScheme.ALLOW_UTF8);

    assertThat(page.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            """
            # TYPE c counter
            c_total 3.0
            # TYPE g gauge
            g 0.25
            # TYPE h histogram
            h_bucket{le="1.0"} 1
            h_bucket{le="+Inf"} 1
            h_count 1
            h_sum 0.5
            # EOF
            """);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void write_byTwoThreads_sameBytes(boolean openMetrics) throws Exception {
    MetricSnapshots one = new MetricSnapshots(manySeries("one"));
    MetricSnapshots other = new MetricSnapshots(manySeries("other"), manySeries("another"));
    TextFormatWriter shared = new TextFormatWriter(library(openMetrics), openMetrics, USUAL);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<byte[]>> pages = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        MetricSnapshots snapshots = i % 2 == 0 ? one : other;
        pages.add(threads.submit(() -> page(shared, snapshots)));
      }

      byte[] expectedOne = page(shared, one);
      byte[] expectedOther = page(shared, other);
      for (int i = 0; i < pages.size(); i++) {
        assertThat(pages.get(i).get()).isEqualTo(i % 2 == 0 ? expectedOne : expectedOther);
      }
    } finally {
      threads.shutdown();
    }
    assertSameAsLibrary(one, openMetrics, EscapingScheme.UNDERSCORE_ESCAPING);
    assertSameAsLibrary(other, openMetrics, EscapingScheme.UNDERSCORE_ESCAPING);
  }

  private static byte[] page(TextFormatWriter writer, MetricSnapshots snapshots)
      throws IOException {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    writer.write(page, snapshots, EscapingScheme.UNDERSCORE_ESCAPING);
    return page.toByteArray();
  }

  private static HistogramSnapshot manySeries(String name) {
    HistogramDataPointSnapshot[] points =
        IntStream.range(0, 300)
            .mapToObj(i -> point(Labels.of("name", name + i), Exemplars.EMPTY))
            .toArray(HistogramDataPointSnapshot[]::new);
    return histogram(name, points);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void write_amongOtherMetrics_sameBytes(boolean openMetrics) throws IOException {
    PrometheusRegistry registry = Content.registry();
    Histogram.builder()
        .name("a_first_seconds")
        .unit(Unit.SECONDS)
        .help("First of all.")
        .classicOnly()
        .register(registry)
        .observe(3);
    Histogram.builder().name("z_native").nativeOnly().register(registry).observe(3);
    Histogram.builder().name("z_never").classicOnly().labelNames("l").register(registry);

    assertSameAsLibrary(registry.scrape(), openMetrics, EscapingScheme.UNDERSCORE_ESCAPING);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void write_oneNameFromTwoCollectors_sameBytes(boolean openMetrics) throws IOException {
    MetricSnapshot one = histogram("shared", point(Labels.of("a", "1"), Exemplars.EMPTY));
    MetricSnapshot other = histogram("shared", point(Labels.of("b", "1"), Exemplars.EMPTY));

    assertSameAsLibrary(
        new MetricSnapshots(List.of(one, other)), openMetrics, EscapingScheme.UNDERSCORE_ESCAPING);
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void write_seriesAddedAndRemoved_sameBytes(boolean openMetrics) throws IOException {
    Random random = new Random(42);
    Histogram histogram =
        Histogram.builder().name("h").classicOnly().labelNames("l", "m").withoutExemplars().build();

    for (int page = 0; page < 50; page++) {
      for (int i = 0; i < 20; i++) {
        String label = Integer.toString(random.nextInt(100));
        if (random.nextInt(3) == 0) {
          histogram.remove(label, "x");
        } else {
          histogram.labelValues(label, "x").observe(random.nextGaussian() * 1_000);
        }
      }

      assertSameAsLibrary(
          MetricSnapshots.of(histogram.collect()), openMetrics, EscapingScheme.UNDERSCORE_ESCAPING);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NaN",
    "Infinity",
    "-Infinity",
    "0.0",
    "-0.0",
    "1e-300",
    "1e22",
    "123456789.123",
    "100.0"
  })
  void write_anySum_sameBytes(double sum) throws IOException {
    HistogramDataPointSnapshot point =
        HistogramDataPointSnapshot.builder()
            .sum(sum)
            .classicHistogramBuckets(
                ClassicHistogramBuckets.of(
                    new double[] {Double.POSITIVE_INFINITY}, new long[] {Long.MAX_VALUE}))
            .build();

    assertSameAsLibrary(
        MetricSnapshots.of(histogram("h", point)), false, EscapingScheme.UNDERSCORE_ESCAPING);
    assertSameAsLibrary(
        MetricSnapshots.of(histogram("h", point)), true, EscapingScheme.UNDERSCORE_ESCAPING);
  }

  /** Fails if it is used. */
  private static final class NoWriter implements ExpositionFormatWriter {
    @Override
    public boolean accepts(String acceptHeader) {
      return false;
    }

    @Override
    public void write(OutputStream out, MetricSnapshots snapshots, EscapingScheme escaping) {
      throw new AssertionError("called for " + snapshots.stream().toList());
    }

    @Override
    public String getContentType() {
      return "";
    }
  }
}
