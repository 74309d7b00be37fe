/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static java.util.stream.Collectors.toMap;

import dev.observe.Tracing;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.ContextStorage;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** The spans and metrics of the filters under test. */
final class Telemetry implements AutoCloseable {
  /** One series of the duration histogram. */
  record Point(long count, double sumSeconds) {}

  private static final String PREFIX = "http_server_";

  final PrometheusRegistry registry = new PrometheusRegistry();
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final Map<String, LongAdder> statuses = new ConcurrentHashMap<>();
  private final Tracing tracing;
  private final OpenTelemetry openTelemetry;

  Telemetry() {
    this(true);
  }

  private Telemetry(boolean keep) {
    tracing =
        Tracing.builder("contract")
            .disableGlobal()
            .disableShutdownHook()
            .exporter("none")
            .addSpanProcessor(SimpleSpanProcessor.create(new Counter()))
            .addSpanProcessor(
                keep ? SimpleSpanProcessor.create(exporter) : SpanProcessor.composite())
            .start();
    openTelemetry = tracing.openTelemetry();
  }

  /** Returns an instance that only counts its spans. */
  static Telemetry counting() {
    return new Telemetry(false);
  }

  /** Returns the number of spans by status. */
  Map<String, LongAdder> statuses() {
    return statuses;
  }

  long spanCount() {
    return statuses.values().stream().mapToLong(LongAdder::sum).sum();
  }

  OpenTelemetry openTelemetry() {
    return openTelemetry;
  }

  List<SpanData> spans() {
    return exporter.getFinishedSpanItems();
  }

  void forgetSpans() {
    exporter.reset();
  }

  /** Returns the series of the duration histogram that have observations. */
  Map<Labels, Point> durations() {
    return snapshot("request_duration") instanceof HistogramSnapshot histogram
        ? histogram.getDataPoints().stream()
            .filter(point -> point.getCount() > 0)
            .collect(
                toMap(
                    HistogramSnapshot.HistogramDataPointSnapshot::getLabels,
                    point -> new Point(point.getCount(), point.getSum())))
        : Map.of();
  }

  /** Returns the number of active requests, over all series. */
  double active() {
    return snapshot("active_requests") instanceof GaugeSnapshot gauge
        ? gauge.getDataPoints().stream()
            .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
            .sum()
        : 0;
  }

  private MetricSnapshot snapshot(String name) {
    return registry.scrape().stream()
        .filter(metric -> metric.getMetadata().getName().startsWith(PREFIX + name))
        .findFirst()
        .orElse(null);
  }

  static String attribute(SpanData span, String name) {
    String value = span.getAttributes().get(AttributeKey.stringKey(name));
    return value == null ? "" : value;
  }

  static String status(SpanData span) {
    Long value = span.getAttributes().get(AttributeKey.longKey("http.response.status_code"));
    return value == null ? "" : Long.toString(value);
  }

  /**
   * Returns the message of the strict context storage about a context that a thread did not close,
   * or the empty string.
   */
  static String leakedContext() {
    if (!(ContextStorage.get() instanceof AutoCloseable strict)) {
      return "strict context checking is off: run with -Dio.opentelemetry.context"
          + ".enableStrictContext=true";
    }
    try {
      strict.close();
      return "";
    } catch (AssertionError e) {
      return "context leaked: " + e.getMessage();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    tracing.close();
  }

  private final class Counter implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      spans.forEach(
          span -> statuses.computeIfAbsent(status(span), s -> new LongAdder()).increment());
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }
}
