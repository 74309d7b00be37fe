/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.Metrics;
import dev.observe.Observe;
import dev.observe.Tracing;
import dev.observe.servlet.MetricsServlet;
import dev.observe.servlet.ObserveFilter;
import dev.observe.testkit.OtlpReceiver;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.servlet.ServletRegistrationBean;

/** Which beans and settings of the application are used. */
class BeansIT {
  @Test
  void openTelemetryBean_makesTheSpans() {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    OpenTelemetry own =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build();

    try (OtlpReceiver collector = OtlpReceiver.start()) {
      try (Sample sample =
          Sample.builder().bean(OpenTelemetry.class, () -> own).collector(collector).start()) {
        assertThat(sample.hasBean(Tracing.class)).isFalse();
        sample.get("/hello/ada");

        await().untilAsserted(() -> assertThat(exporter.getFinishedSpanItems()).hasSize(1));
        assertThat(exporter.getFinishedSpanItems().get(0).getName()).isEqualTo("GET /hello/{name}");
        assertThat(sample.page()).contains("http_server_request_duration_seconds_count{");
      }
      assertThat(collector.spans()).isEmpty();
    }
  }

  @Test
  void prometheusRegistryBean_getsTheMetrics() {
    PrometheusRegistry own = new PrometheusRegistry();

    try (OtlpReceiver collector = OtlpReceiver.start();
        Sample sample =
            Sample.builder()
                .collector(collector)
                .bean(PrometheusRegistry.class, () -> own)
                .start()) {
      sample.get("/hello/ada");

      await()
          .untilAsserted(
              () ->
                  assertThat(own.scrape().stream().map(metric -> metric.getMetadata().getName()))
                      .contains("http_server_request_duration_seconds", "observe_spans_ended"));
      assertThatThrownBy(() -> sample.bean(Metrics.class).uri())
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(own.scrape().stream()).isEmpty();
  }

  @Test
  void ownFilter_replacesTheOneOfObserve() {
    InMemorySpanExporter exporter = InMemorySpanExporter.create();
    OpenTelemetry own =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                    .build())
            .build();
    ObserveFilter filter = ObserveFilter.create(own, new PrometheusRegistry());

    try (Sample sample = Sample.builder().bean(ObserveFilter.class, () -> filter).start()) {
      sample.get("/hello/ada");

      await().untilAsserted(() -> assertThat(exporter.getFinishedSpanItems()).hasSize(1));
      assertThat(sample.page()).doesNotContain("http_server_request_duration_seconds_count{");
    }
  }

  @Test
  void handlesOfMain_areUsedAndStayOpen() {
    try (OtlpReceiver collector = OtlpReceiver.start();
        Tracing tracing =
            Tracing.builder("main")
                .endpoint(collector.endpoint())
                .property("otel.bsp.schedule.delay", "100")
                .start();
        Metrics metrics = Metrics.builder("main").port(0).start()) {
      try (Sample sample = Sample.builder().start()) {
        assertThat(sample.bean(Tracing.class)).isSameAs(tracing);
        assertThat(sample.bean(Metrics.class)).isSameAs(metrics);
        sample.get("/hello/ada");
      }

      assertThat(Observe.currentTracing()).contains(tracing);
      assertThat(collector.awaitSpans(1).get(0).resource()).containsEntry("service.name", "main");
      assertThat(Sample.send("GET", metrics.uri()).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void auto_false_startsNothing() {
    try (Sample sample = Sample.builder().property("observe.auto", "false").start()) {
      assertThat(sample.get("/trace").body()).isEqualTo("null null");

      assertThat(sample.hasBean(Tracing.class)).isFalse();
      assertThat(sample.hasBean(Metrics.class)).isFalse();
      assertThat(Observe.currentTracing()).isEmpty();
      assertThat(Observe.currentMetrics()).isEmpty();
    }
  }

  @Test
  void application_withoutServlets_startsNothing() {
    try (Sample sample =
        Sample.builder().property("spring.main.web-application-type", "none").start()) {
      assertThat(sample.hasBean(Tracing.class)).isFalse();
      assertThat(sample.hasBean(Metrics.class)).isFalse();
    }
  }

  @Test
  void settings_ofApplicationYaml_areInForce(@TempDir Path directory) throws IOException {
    try (OtlpReceiver collector = OtlpReceiver.start()) {
      Files.writeString(
          directory.resolve("application.yaml"),
          """
          spring.application.name: from spring
          otel:
            exporter:
              otlp:
                endpoint: %s
            resource.attributes: team=green
          observe.http:
            exclude:
              - /callable/*
              - /style.css
            response-header: X-Trace-Id
          """
              .formatted(collector.endpoint()));

      try (Sample sample =
          Sample.builder()
              .without("spring.application.name")
              .without("otel.traces.exporter")
              .property("spring.config.location", directory.toUri() + "")
              .start()) {
        sample.get("/style.css");
        sample.get("/callable/1");
        assertThat(sample.get("/hello/ada").headers().firstValue("X-Trace-Id")).isPresent();
      }

      assertThat(collector.spans())
          .singleElement()
          .satisfies(
              span ->
                  assertThat(span.resource())
                      .containsEntry("service.name", "from spring")
                      .containsEntry("team", "green"));
    }
  }

  @Test
  void settings_ofSystemProperties_overrideThoseOfSpring() {
    System.setProperty("otel.service.name", "from the process");
    try (OtlpReceiver collector = OtlpReceiver.start();
        Sample sample =
            Sample.builder()
                .property("otel.service.name", "from spring")
                .collector(collector)
                .start()) {
      sample.get("/hello/ada");

      assertThat(collector.awaitSpans(1).get(0).resource())
          .containsEntry("service.name", "from the process");
      assertThat(sample.page()).contains("service_name=\"from the process\"");
    } finally {
      System.clearProperty("otel.service.name");
    }
  }

  @Test
  void setting_unknown_stopsTheStartAndNamesTheNearest() {
    Sample.Builder sample = Sample.builder().property("observe.metrics.jmv", "none");

    assertThatThrownBy(sample::start)
        .rootCause()
        .hasMessage(
            "Nothing reads 'observe.metrics.jmv' (from commandLineArgs); is it"
                + " observe.metrics.jvm?");
  }

  @Test
  void actuator_isMeasuredIfASettingAsksForIt() {
    try (OtlpReceiver collector = OtlpReceiver.start();
        Sample sample =
            Sample.builder()
                .property("observe.http.actuator", "true")
                .collector(collector)
                .start()) {
      sample.get("/actuator/health");

      assertThat(collector.awaitSpans(1).get(0).name()).isEqualTo("GET /actuator/health");
    }
  }

  @Test
  void actuator_belowOtherPaths_isNotMeasured() {
    try (OtlpReceiver collector = OtlpReceiver.start()) {
      try (Sample sample =
          Sample.builder()
              .property("server.servlet.context-path", "/shop")
              .property("spring.mvc.servlet.path", "/api")
              .property("management.endpoints.web.base-path", "/manage")
              .collector(collector)
              .start()) {
        assertThat(sample.get("/shop/api/manage/health").statusCode()).isEqualTo(200);
        assertThat(sample.get("/shop/api/hello/ada").statusCode()).isEqualTo(200);
      }

      assertThat(collector.spans())
          .singleElement()
          .satisfies(span -> assertThat(span.name()).isEqualTo("GET /shop/api/hello/{name}"));
    }
  }

  @Test
  void metricsServlet_ofTheApplication_isNotMeasured() {
    try (OtlpReceiver collector = OtlpReceiver.start()) {
      try (Sample sample =
          Sample.builder()
              .bean(
                  ServletRegistrationBean.class,
                  context ->
                      new ServletRegistrationBean<>(
                          MetricsServlet.create(context.getBean(Metrics.class)), "/metrics"))
              .collector(collector)
              .start()) {
        sample.get("/hello/ada");
        assertThat(sample.get("/metrics").body())
            .contains("http_server_request_duration_seconds_count{");
      }

      assertThat(collector.spans()).hasSize(1);
    }
  }
}
