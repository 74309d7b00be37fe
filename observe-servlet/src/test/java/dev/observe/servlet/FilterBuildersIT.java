/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.RequestMeasurement;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import jakarta.servlet.Filter;
import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The effects of the builders' options on requests. */
class FilterBuildersIT {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .build();

  @AfterEach
  void close() {
    sdk.close();
  }

  private static final class Ok extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
      response.setHeader("X-Sent", "back");
    }
  }

  private static EmbeddedTomcat tomcat(Filter filter) {
    return new EmbeddedTomcat("")
        .initialise(
            context ->
                context.addFilter("measured", filter).addMappingForUrlPatterns(null, true, "/*"))
        .servlet(new Ok(), "/*")
        .start();
  }

  private static void get(EmbeddedTomcat tomcat, String... paths) throws Exception {
    for (String path : paths) {
      CLIENT.send(
          HttpRequest.newBuilder(tomcat.uri(path)).headers("X-A", "1", "X-B", "2").build(),
          BodyHandlers.discarding());
    }
  }

  private List<SpanData> spans(int count) {
    return await().until(spans::getFinishedSpanItems, items -> items.size() >= count);
  }

  private List<String> paths(int count) {
    return spans(count).stream()
        .map(span -> span.getAttributes().get(AttributeKey.stringKey("url.path")))
        .toList();
  }

  private List<Labels> counted() {
    return registry.scrape("http_server_requests"::equals).stream()
        .flatMap(snapshot -> ((CounterSnapshot) snapshot).getDataPoints().stream())
        .map(CounterSnapshot.CounterDataPointSnapshot::getLabels)
        .toList();
  }

  @Test
  void listOptions_calledTwice_addUp() throws Exception {
    TracingFilter filter =
        TracingFilter.builder(sdk)
            .exclude("/a")
            .exclude("/b", "/c")
            .captureRequestHeaders("X-A")
            .captureRequestHeaders("X-B")
            .build();

    try (EmbeddedTomcat tomcat = tomcat(filter)) {
      get(tomcat, "/a", "/b", "/c", "/d");

      assertThat(paths(1)).containsExactly("/d");
    }
    Attributes attributes = spans(1).get(0).getAttributes();
    assertThat(attributes.get(AttributeKey.stringArrayKey("http.request.header.x-a")))
        .containsExactly("1");
    assertThat(attributes.get(AttributeKey.stringArrayKey("http.request.header.x-b")))
        .containsExactly("2");
  }

  @Test
  void listOption_valueWithAComma_staysOneValue() throws Exception {
    TracingFilter filter = TracingFilter.builder(sdk).include("/a,/b").build();

    try (EmbeddedTomcat tomcat = tomcat(filter)) {
      get(tomcat, "/a", "/b", "/a,/b");

      assertThat(paths(1)).containsExactly("/a,/b");
    }
  }

  @Test
  void property_afterTheOptionOfItsName_replacesItsValues() throws Exception {
    TracingFilter filter =
        TracingFilter.builder(sdk).exclude("/a").property("observe.http.exclude", "/b,/c").build();

    try (EmbeddedTomcat tomcat = tomcat(filter)) {
      get(tomcat, "/b", "/c", "/a");

      assertThat(paths(1)).containsExactly("/a");
    }
  }

  @Test
  void tracingFilter_hasTheOptionsOfSpans() throws Exception {
    TracingFilter filter =
        TracingFilter.builder(sdk)
            .measure(RequestMeasurement.RESPONSE_BODY_SIZE)
            .measure(RequestMeasurement.TIME_TO_FIRST_BYTE)
            .captureResponseHeaders("X-Sent")
            .addAttribute("tenant", request -> "acme")
            .routeResolver(request -> "/resolved")
            .build();

    try (EmbeddedTomcat tomcat = tomcat(filter)) {
      get(tomcat, "/a");

      SpanData span = spans(1).get(0);
      assertThat(span.getName()).isEqualTo("GET /resolved");
      assertThat(span.getAttributes().asMap())
          .containsEntry(AttributeKey.stringKey("tenant"), "acme")
          .containsEntry(
              AttributeKey.stringArrayKey("http.response.header.x-sent"), List.of("back"))
          .containsEntry(AttributeKey.longKey("http.response.body.size"), 0L)
          .containsKey(AttributeKey.doubleKey("observe.http.server.time_to_first_byte"));
    }
  }

  @Test
  void requestMetricsFilter_hasTheOptionsOfMetrics() throws Exception {
    RequestMetricsFilter filter =
        RequestMetricsFilter.builder(registry)
            .exclude("/a")
            .addLabel("tenant", 10, request -> "acme")
            .routeResolver(request -> "/resolved")
            .measure(RequestMeasurement.CPU_TIME)
            .build();

    try (EmbeddedTomcat tomcat = tomcat(filter)) {
      get(tomcat, "/a", "/b");

      await().untilAsserted(() -> assertThat(counted()).hasSize(1));
      assertThat(counted().get(0).get("tenant")).isEqualTo("acme");
      assertThat(counted().get(0).get("http_route")).isEqualTo("/resolved");
      assertThat(registry.scrape("observe_http_server_cpu_time_seconds"::equals)).hasSize(1);
    }
  }

  @Test
  void observedServlet_hasTheOptionsOfBoth() throws Exception {
    Servlet servlet =
        ObservedServlet.builder(new Ok())
            .openTelemetry(sdk)
            .registry(registry)
            .addLabel("tenant", 10, request -> "acme")
            .addAttribute("tenant", request -> "acme")
            .build();

    try (EmbeddedTomcat tomcat = new EmbeddedTomcat("").servlet(servlet, "/x").start()) {
      get(tomcat, "/x");

      assertThat(spans(1).get(0).getAttributes().asMap())
          .containsEntry(AttributeKey.stringKey("tenant"), "acme");
      await().untilAsserted(() -> assertThat(counted()).hasSize(1));
      assertThat(counted().get(0).get("tenant")).isEqualTo("acme");
    }
  }

  @Test
  void observedServlet_neitherTracingNorMetrics_isRefused() {
    ObservedServletBuilder builder = ObservedServlet.builder(new Ok());

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "an ObservedServlet must record spans or metrics, and has neither; call tracing(...),"
                + " metrics(...) or both");
  }

  @Test
  void build_valueThatIsNotValid_isRefusedWithItsName() {
    assertThatThrownBy(() -> TracingFilter.builder(sdk).trustedProxies("10.0.0.0/8", "x").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("observe.http.trusted-proxies must be")
        .hasMessageContaining("was '10.0.0.0/8, x' (from code)");
  }
}
