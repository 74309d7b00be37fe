/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Scope;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsTest {
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    Observe.currentMetrics().ifPresent(Metrics::close);
    PrometheusRegistry.defaultRegistry.clear();
  }

  private static Metrics start() {
    return Metrics.builder("shop").port(0).start();
  }

  private String scrape(Metrics metrics) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(metrics.uri()).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  @Test
  void uri_default_isLoopbackAndDefaultPath() {
    Metrics metrics = start();

    assertThat(metrics.uri().toString()).matches("http://127\\.0\\.0\\.1:\\d+/metrics");
  }

  @Test
  void page_default_hasJvmProcessRegistryAndOpenTelemetry() throws Exception {
    Metrics metrics = start();
    Counter.builder().name("orders").help("Orders.").register(metrics.registry()).inc(2);
    metrics.meter().counterBuilder("metric.totalrequest").build().add(3);
    GlobalOpenTelemetry.getMeter("library").gaugeBuilder("metric.random").build().set(0.5);

    assertThat(scrape(metrics))
        .contains("jvm_memory_used_bytes{")
        .contains("process_cpu_seconds_total ")
        .contains("orders_total 2.0")
        .contains("metric_totalrequest_total{otel_scope_name=\"shop\"} 3.0")
        .contains("metric_random{otel_scope_name=\"library\"} 0.5")
        .containsPattern("target_info\\{.*service_name=\"shop\".*} 1");
  }

  /** Without an instrument, the reader of OpenTelemetry does not contain the resource. */
  @Test
  void page_noInstruments_hasTheResource() throws Exception {
    try (Metrics metrics =
        Metrics.builder("shop")
            .port(0)
            .resourceAttribute("deployment.environment.name", "test")
            .property("observe.build.version", "1.2.3")
            .disableGlobal()
            .start()) {
      assertThat(scrape(metrics))
          .containsPattern(
              "target_info\\{deployment_environment_name=\"test\",service_instance_id=\"[^\"]+\","
                  + "service_name=\"shop\",service_version=\"1.2.3\",.*} 1")
          .contains("build_info{build_date=\"\",revision=\"\",version=\"1.2.3\"} 1");
    }
  }

  @Test
  void page_default_hasTheDefaultRegistry() throws Exception {
    Metrics metrics = start();
    Counter.builder().name("orders").help("Orders.").register().inc();

    assertThat(scrape(metrics)).contains("orders_total 1.0");
  }

  @Test
  void jvmMetrics_default_haveTheNamesOfTheConventions() throws Exception {
    assertThat(scrape(start()))
        .contains("jvm_memory_used_bytes{jvm_memory_pool_name=")
        .doesNotContain("jvm_memory_pool_used_bytes");
  }

  /** OpenTelemetry returns an exemplar once; two Prometheus servers must both receive it. */
  @Test
  void page_exemplarsOfInstruments_areOnEveryScrape() throws Exception {
    Metrics metrics = start();
    LongCounter counter = metrics.meter().counterBuilder("things").build();
    DoubleHistogram histogram = metrics.meter().histogramBuilder("sizes").build();
    SpanContext sampled =
        SpanContext.create(
            "0af7651916cd43dd8448eb211c80319c",
            "b7ad6b7169203331",
            TraceFlags.getSampled(),
            TraceState.getDefault());
    try (Scope scope = Span.wrap(sampled).makeCurrent()) {
      counter.add(1);
      histogram.record(7);
    }

    for (int i = 0; i < 3; i++) {
      String page =
          client
              .send(
                  HttpRequest.newBuilder(metrics.uri())
                      .header("Accept", "application/openmetrics-text")
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .body();
      assertThat(page)
          .containsPattern(
              "things_total\\{[^}]*} 1\\.0 # \\{.*trace_id=\"0af7651916cd43dd8448eb211c8")
          .containsPattern(
              "sizes_bucket\\{[^}]*le=\"10.0\"} 1 # \\{.*trace_id=\"0af7651916cd43dd84");
    }
  }

  @Test
  void disableJvmMetrics_pageHasNone() throws Exception {
    try (Metrics metrics =
        Metrics.builder("shop").port(0).disableGlobal().disableJvmMetrics().start()) {
      assertThat(scrape(metrics)).doesNotContain("jvm_").doesNotContain("process_");
    }
  }

  /** The other names come from a library that an application registers itself. */
  @Test
  void disableJvmMetrics_libraryRegistered_pageHasItsNames() throws Exception {
    PrometheusRegistry registry = new PrometheusRegistry();
    JvmMetrics.builder().register(registry);

    try (Metrics metrics =
        Metrics.builder("shop")
            .port(0)
            .disableGlobal()
            .registry(registry)
            .disableJvmMetrics()
            .start()) {
      assertThat(scrape(metrics)).contains("jvm_memory_used_bytes{area=\"heap\"} ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_java", "java"})
  void start_unknownJvmMetrics_throws(String value) {
    assertThatThrownBy(
            () -> Metrics.builder("shop").port(0).property("observe.metrics.jvm", value).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "observe.metrics.jvm must be one of semconv, none, was '"
                + value
                + "' (from code); for the names of Prometheus's Java client, set none and register"
                + " io.prometheus:prometheus-metrics-instrumentation-jvm in the registry");
  }

  @Test
  void page_instrumentWithNameInRegistry_isOmitted() throws Exception {
    Metrics metrics = start();
    Counter.builder().name("orders").help("Orders.").register(metrics.registry()).inc(2);
    metrics.meter().counterBuilder("orders").build().add(40);

    assertThat(scrape(metrics))
        .contains("orders_total 2.0")
        .contains("observe_scrape_conflicts_total 1.0");
  }

  @Test
  void start_registryWithJvmMetrics_addsNone() throws Exception {
    PrometheusRegistry registry = new PrometheusRegistry();
    JvmMetrics.builder().register(registry);

    try (Metrics metrics = Metrics.builder("shop").port(0).registry(registry).start()) {
      assertThat(scrape(metrics)).containsOnlyOnce("# TYPE jvm_memory_used_bytes gauge");
    }
    assertThat(registry.scrape().size()).isPositive();
  }

  @Test
  void start_slotFilled_throws() {
    start();

    assertThatThrownBy(() -> Observe.initMetrics("stock"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "metrics must be started once in a process, but service 'shop' has started it and not"
                + " closed it; close that handle first, or start a second one with"
                + " Metrics.builder(...).disableGlobal()");
  }

  @Test
  void start_portInUse_throws() {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      assertThatThrownBy(() -> Metrics.builder("shop").port(port).start())
          .isInstanceOf(UncheckedIOException.class)
          .hasMessage(
              "Cannot serve metrics on 127.0.0.1:"
                  + port
                  + ": Address already in use. Choose another port with port(...) or"
                  + " OTEL_EXPORTER_PROMETHEUS_PORT (0 takes any free one), another address with"
                  + " host(...) or OTEL_EXPORTER_PROMETHEUS_HOST.");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(Observe.currentMetrics()).isEmpty();
    assertThat(PrometheusRegistry.defaultRegistry.scrape().size()).isZero();
  }

  @Test
  void start_invalidPort_throws() {
    System.setProperty("otel.exporter.prometheus.port", "http");
    try {
      assertThatThrownBy(() -> Observe.initMetrics("shop"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "otel.exporter.prometheus.port must be a whole number from 0 to 65535, was 'http'"
                  + " (from system property otel.exporter.prometheus.port); the default is 2112");
    } finally {
      System.clearProperty("otel.exporter.prometheus.port");
    }
  }

  @Test
  void port_outOfRange_throws() {
    assertThatThrownBy(() -> Metrics.builder("shop").port(65_536))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("port must be from 0 to 65535, was 65536");
  }

  @Test
  void builder_blankName_throws() {
    assertThatThrownBy(() -> Observe.initMetrics(""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "serviceName must not be blank, was ''; name the application, such as \"shop\"");
  }

  @Test
  void P17_startAndCloseFiftyTimes_leavesNothing() throws Exception {
    start().close();
    int threads = observeThreads();

    for (int i = 0; i < 50; i++) {
      try (Metrics metrics = start()) {
        assertThat(scrape(metrics)).contains("jvm_memory_used_bytes");
      }
    }

    // Fewer if a thread of another test has ended.
    assertThat(observeThreads()).isLessThanOrEqualTo(threads);
    assertThat(PrometheusRegistry.defaultRegistry.scrape().size()).isZero();
    assertThat(Observe.currentMetrics()).isEmpty();
  }

  private static int observeThreads() {
    return (int)
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("observe-"))
            .count();
  }

  @Test
  void disableGlobal_usesANewRegistry() {
    Metrics first = start();

    try (Metrics second = Metrics.builder("stock").port(0).disableGlobal().start()) {
      assertThat(second.registry()).isNotSameAs(first.registry());
      assertThat(second.uri()).isNotEqualTo(first.uri());
    }
    assertThat(Observe.currentMetrics()).contains(first);
  }

  @Test
  void disableEndpoint_hasNoUri() {
    try (Metrics metrics = Metrics.builder("shop").disableEndpoint().start()) {
      assertThatThrownBy(metrics::uri)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "the endpoint must be enabled to have a URI; drop disableEndpoint() from the"
                  + " builder");
    }
  }

  @Test
  void flush_noReceivers_returnsTrue() {
    assertThat(start().flush(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void page_lostSpans_areCounted() throws Exception {
    Metrics metrics = start();
    try (Tracing tracing =
        Tracing.builder("shop").endpoint("http://127.0.0.1:1").disableGlobal().start()) {
      tracing.tracer().spanBuilder("checkout").startSpan().end();

      assertThat(scrape(metrics))
          .containsPattern("observe_spans_ended_total\\{[^}]*} 1\\.0")
          .containsPattern("observe_spans_delivered_total\\{[^}]*} 0\\.0")
          .containsPattern("otel_sdk_processor_span_queue_size\\{[^}]*} 1\\.0")
          .containsPattern("observe_spans_lost_total\\{[^}]*reason=\"queue_full\"} 0\\.0");
      tracing.shutdown(Duration.ZERO);
    }
  }
}
