/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.request.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.RequestMeasurement;
import dev.observe.internal.config.Settings;
import dev.observe.internal.request.FakeExchange;
import dev.observe.internal.request.MetricsOnlyRequests;
import dev.observe.internal.request.RecordedServer;
import dev.observe.internal.request.ServerTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The measurements in addition to the duration, reported by a fake adapter. */
class RequestMeasurementsTest {
  private static final String ALL =
      "request-body-size, response-body-size, time-to-first-byte, cpu-time, allocated-memory";
  private static final AttributeKey<Long> RESPONSE =
      AttributeKey.longKey("http.response.body.size");
  private static final AttributeKey<Long> REQUEST = AttributeKey.longKey("http.request.body.size");

  private final RecordedServer server = new RecordedServer();

  @AfterEach
  void close() {
    server.close();
  }

  private ServerTelemetry telemetry(String measure) {
    return server.both(Map.of("observe.http.measure", measure));
  }

  private static RequestMeter begin(ServerTelemetry telemetry, FakeExchange exchange) {
    exchange.start(telemetry);
    return Objects.requireNonNull(exchange.meter());
  }

  private <T> @Nullable T attribute(AttributeKey<T> key) {
    assertThat(server.spans.getFinishedSpanItems()).hasSize(1);
    return server.spans.getFinishedSpanItems().get(0).getAttributes().get(key);
  }

  private List<HistogramDataPointSnapshot> points(String metric) {
    List<MetricSnapshot> found = server.registry.scrape(metric::equals).stream().toList();
    return found.isEmpty() ? List.of() : ((HistogramSnapshot) found.get(0)).getDataPoints();
  }

  private HistogramDataPointSnapshot point(MeasurementType type) {
    assertThat(points(type.metric)).hasSize(1);
    return points(type.metric).get(0);
  }

  @Test
  void measure_default_hasNoMeterAndNoMetric() {
    ServerTelemetry telemetry = telemetry("");
    FakeExchange exchange = FakeExchange.get("/", "/");

    exchange.start(telemetry);
    exchange.finish(200);

    assertThat(exchange.meter()).isNull();
    for (MeasurementType type : MeasurementType.values()) {
      assertThat(points(type.metric)).as(type.metric).isEmpty();
    }
  }

  @Test
  void measure_default_keepsMetricsOnlyPath() {
    assertThat(
            MetricsOnlyRequests.of(
                ServerTelemetry.ofMetrics(server.registry, Settings.of(Map.of()))))
        .isNotNull();
    assertThat(
            MetricsOnlyRequests.of(
                ServerTelemetry.ofMetrics(
                    server.registry, Settings.of(Map.of("observe.http.measure", "cpu-time")))))
        .isNull();
  }

  @Test
  void types_names_areThoseOfMeasurements() {
    assertThat(MeasurementType.values())
        .extracting(MeasurementType::name)
        .containsExactly(
            Arrays.stream(RequestMeasurement.values())
                .map(RequestMeasurement::name)
                .toArray(String[]::new));
  }

  @Test
  void measure_unknownName_messageListsAllNames() {
    assertThatThrownBy(() -> telemetry("cpu-time, memory"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observe.http.measure must be a list of any of request-body-size, response-body-size,"
                + " time-to-first-byte, cpu-time, allocated-memory, was 'cpu-time, memory' (from"
                + " code); by default none is measured");
    // Metrics registered before the failure are unregistered.
    assertThat(server.registry.scrape().stream().toList()).isEmpty();
  }

  @Test
  void measure_metricNameInUse_throwsAndRegistersNothing() {
    Gauge.builder().name("observe_http_server_allocated_memory_bytes").register(server.registry);

    assertThatThrownBy(() -> telemetry("cpu-time, allocated-memory"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "registry must not contain another collector of"
                + " observe_http_server_allocated_memory_bytes");
    assertThat(server.registry.scrape().stream().toList()).hasSize(1);
  }

  @Test
  void close_lastUser_unregistersHistograms() {
    ServerTelemetry first = telemetry(ALL);
    ServerTelemetry second = telemetry("cpu-time");
    FakeExchange exchange = FakeExchange.get("/", "/");
    begin(first, exchange);
    exchange.finish(200);
    assertThat(points(MeasurementType.RESPONSE_BODY_SIZE.metric)).hasSize(1);

    first.close();
    assertThat(points(MeasurementType.RESPONSE_BODY_SIZE.metric)).isEmpty();
    assertThat(points(MeasurementType.CPU_TIME.metric)).hasSize(1);

    second.close();
    assertThat(server.registry.scrape().stream().toList()).isEmpty();
  }

  @Test
  void sizes_spanAndHistogram_areEqual() {
    FakeExchange exchange = FakeExchange.get("/up", "/up");
    RequestMeter meter = begin(telemetry(ALL), exchange);

    meter.read(700);
    meter.read(5);
    meter.written(100_000);
    exchange.finish(200);

    assertThat(attribute(REQUEST)).isEqualTo(705);
    assertThat(attribute(RESPONSE)).isEqualTo(100_000);
    assertThat(point(MeasurementType.REQUEST_BODY_SIZE).getSum()).isEqualTo(705);
    assertThat(point(MeasurementType.RESPONSE_BODY_SIZE).getSum()).isEqualTo(100_000);
    assertThat(point(MeasurementType.RESPONSE_BODY_SIZE).getLabels().get("http_route"))
        .isEqualTo("/up");
    assertThat(point(MeasurementType.RESPONSE_BODY_SIZE).getExemplars().size()).isEqualTo(1);
  }

  @Test
  void responseSize_ofHead_isZero() {
    FakeExchange exchange = FakeExchange.get("/", "/");
    exchange.requestMethod = "HEAD";
    RequestMeter meter = begin(telemetry(ALL), exchange);

    meter.written(10);
    exchange.finish(200);

    assertThat(attribute(RESPONSE)).isZero();
  }

  /** Returns the size of the response of a request that {@code use} read and wrote. */
  private @Nullable Long responseSize(int status, Consumer<RequestMeter> use) {
    FakeExchange exchange = FakeExchange.get("/", "/");
    use.accept(begin(telemetry(ALL), exchange));
    exchange.finish(status);
    return attribute(RESPONSE);
  }

  @Test
  void responseSize_ofNotModified_isZero() {
    assertThat(responseSize(304, meter -> meter.written(10))).isZero();
  }

  @Test
  void responseSize_pageOfContainer_isUnknown() {
    FakeExchange exchange = FakeExchange.get("/", "/");
    RequestMeter meter = begin(telemetry(ALL), exchange);

    meter.written(10);
    meter.containerAnswers();
    exchange.finish(404);

    assertThat(attribute(RESPONSE)).isNull();
    assertThat(points(MeasurementType.RESPONSE_BODY_SIZE.metric)).isEmpty();
    assertThat(attribute(REQUEST)).isZero();
  }

  @Test
  void responseSize_errorPageOfApplication_isSizeOfPage() {
    FakeExchange exchange = FakeExchange.get("/", "/");
    RequestMeter meter = begin(telemetry(ALL), exchange);

    meter.written(10);
    meter.containerAnswers();
    meter.errorPageAnswers();
    meter.written(3);
    exchange.failed(new IllegalStateException("no"));
    exchange.finish(500);

    assertThat(attribute(RESPONSE)).isEqualTo(3);
  }

  @Test
  void responseSize_sentByContainer_isDeclaredLength() {
    assertThat(responseSize(200, meter -> meter.responseLength(5_000_000_000L)))
        .isEqualTo(5_000_000_000L);
  }

  @Test
  void responseSize_afterReset_isOfSecondBody() {
    assertThat(
            responseSize(
                200,
                meter -> {
                  meter.written(10);
                  meter.startOver();
                  meter.written(4);
                }))
        .isEqualTo(4);
  }

  @Test
  void requestSize_parsedByContainer_isDeclaredLengthOrUnknown() {
    ServerTelemetry telemetry = telemetry("request-body-size");
    FakeExchange form = FakeExchange.get("/form", "/form");
    RequestMeter meter = begin(telemetry, form);
    meter.requestLength(42);
    meter.parsedByContainer();
    form.finish(200);
    assertThat(attribute(REQUEST)).isEqualTo(42);
    server.spans.reset();

    FakeExchange chunked = FakeExchange.get("/form", "/form");
    meter = begin(telemetry, chunked);
    meter.requestLength(-1);
    meter.parsedByContainer();
    chunked.finish(200);

    assertThat(attribute(REQUEST)).isNull();
  }

  @Test
  void firstByte_time_isSinceStartOfRequest() {
    FakeExchange exchange = FakeExchange.get("/", "/");
    RequestMeter meter = begin(telemetry(ALL), exchange);
    server.nanos.addAndGet(250_000_000);
    meter.firstByte(meter.nanos());
    server.nanos.addAndGet(500_000_000);
    meter.firstByte(meter.nanos());
    exchange.finish(200);

    assertThat(attribute(AttributeKey.doubleKey("observe.http.server.time_to_first_byte")))
        .isEqualTo(0.25);
    assertThat(point(MeasurementType.TIME_TO_FIRST_BYTE).getSum()).isEqualTo(0.25);
  }

  @Test
  void firstByte_unseen_isEndOfRequest() {
    FakeExchange exchange = FakeExchange.get("/", "/");
    begin(telemetry(ALL), exchange);
    server.nanos.addAndGet(2_000_000_000);
    exchange.finish(200);

    assertThat(point(MeasurementType.TIME_TO_FIRST_BYTE).getSum()).isEqualTo(2);
  }

  /** The outer of two filters chooses the measurements; others are unknown, not 0. */
  @Test
  void measurements_ofInnerFilterOnly_areNotRecorded() {
    ServerTelemetry outer =
        ServerTelemetry.ofTraces(
            server.sdk, Settings.of(Map.of("observe.http.measure", "cpu-time")));
    ServerTelemetry inner =
        ServerTelemetry.ofMetrics(
            server.registry, Settings.of(Map.of("observe.http.measure", ALL)));
    FakeExchange exchange = FakeExchange.get("/", "/");
    RequestMeter meter = begin(outer, exchange);
    exchange.join(inner);
    meter.enterThread();
    meter.leaveThread();
    exchange.finish(200);

    assertThat(points(MeasurementType.RESPONSE_BODY_SIZE.metric)).isEmpty();
    assertThat(points(MeasurementType.CPU_TIME.metric)).hasSize(1);
  }

  /** For any number of routes, a measurement has no more series than the duration. */
  @Test
  void series_ofMeasurement_areThoseOfDuration() {
    ServerTelemetry telemetry = telemetry("response-body-size");
    for (int i = 0; i < 3_000; i++) {
      FakeExchange exchange = FakeExchange.get("/", "/raw/" + i);
      begin(telemetry, exchange).written(1);
      exchange.finish(200);
    }

    List<HistogramDataPointSnapshot> sizes = points(MeasurementType.RESPONSE_BODY_SIZE.metric);
    assertThat(sizes).hasSameSizeAs(points(RequestMetrics.DURATION));
    assertThat(sizes).hasSizeLessThanOrEqualTo(SeriesTable.MAX_SERIES);
    assertThat(sizes.stream().mapToLong(HistogramDataPointSnapshot::getCount).sum())
        .isEqualTo(3_000);
  }
}
