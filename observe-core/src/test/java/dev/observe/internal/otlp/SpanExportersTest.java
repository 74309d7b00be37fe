/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.observe.internal.pipeline.FakeExporter;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpanExportersTest {
  private final FakeExporter fake = new FakeExporter();

  @Test
  void create_noSettings_isOtlpOverHttp() {
    List<SpanExporter> exporters = SpanExporters.create(config(Map.of()));

    assertThat(exporters)
        .singleElement()
        .hasToString("OtlpSpanExporter{http://localhost:4318/v1/traces}");
  }

  @Test
  void create_endpointOfTraces_isUsed() {
    List<SpanExporter> exporters =
        SpanExporters.create(
            config(Map.of("otel.exporter.otlp.traces.endpoint", "https://collector:4318/here")));

    assertThat(exporters)
        .singleElement()
        .hasToString("OtlpSpanExporter{https://collector:4318/here}");
  }

  @Test
  void create_secretsInEndpoint_areNotShown() {
    List<SpanExporter> exporters =
        SpanExporters.create(
            config(Map.of("otel.exporter.otlp.traces.endpoint", "http://me:secret@host/v1")));

    assertThat(exporters).singleElement().hasToString("OtlpSpanExporter{http://host/v1}");
  }

  @Test
  void create_none_isEmpty() {
    assertThat(SpanExporters.create(config(Map.of("otel.traces.exporter", "none")))).isEmpty();
  }

  @Test
  void create_several_keepTheirOrder() {
    List<SpanExporter> exporters =
        SpanExporters.create(config(Map.of("otel.traces.exporter", "fake,otlp,fake")));

    assertThat(exporters).hasSize(2);
    assertThat(exporters.get(0)).isSameAs(fake);
    assertThat(exporters.get(1)).isInstanceOf(OtlpSpanExporter.class);
  }

  @Test
  void create_noneWithOthers_throws() {
    assertThatThrownBy(
            () -> SpanExporters.create(config(Map.of("otel.traces.exporter", "none,otlp"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "otel.traces.exporter (OTEL_TRACES_EXPORTER) must name exporters or be none, was none"
                + " with [otlp]");
  }

  @Test
  void create_unknownName_throwsWithTheKnownNames() {
    assertThatThrownBy(() -> SpanExporters.create(config(Map.of("otel.traces.exporter", "zip"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "otel.traces.exporter (OTEL_TRACES_EXPORTER) must be among [console, fake, none, otlp], was zip");
  }

  @Test
  void create_grpcWithoutSender_throwsWithTheJar() {
    assertThatThrownBy(
            () -> SpanExporters.create(config(Map.of("otel.exporter.otlp.protocol", "grpc"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "otel.exporter.otlp.protocol (OTEL_EXPORTER_OTLP_PROTOCOL) must be http/protobuf while no"
                + " gRPC sender is on the class path, was grpc; or add"
                + " io.opentelemetry:opentelemetry-exporter-sender-okhttp, or"
                + " opentelemetry-exporter-sender-grpc-managed-channel and a gRPC transport");
  }

  @Test
  void create_protocolOfTraces_hasPrecedence() {
    assertThat(
            SpanExporters.create(
                config(
                    Map.of(
                        "otel.exporter.otlp.protocol", "grpc",
                        "otel.exporter.otlp.traces.protocol", "http/protobuf"))))
        .hasSize(1);
    assertThatThrownBy(
            () -> SpanExporters.create(config(Map.of("otel.exporter.otlp.traces.protocol", "x"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "otel.exporter.otlp.traces.protocol (OTEL_EXPORTER_OTLP_TRACES_PROTOCOL) must be"
                + " http/protobuf or grpc, was x");
  }

  @Test
  void create_restrictedHeader_throws() {
    assertThatThrownBy(
            () -> SpanExporters.create(config(Map.of("otel.exporter.otlp.headers", "Host=other"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "otel.exporter.otlp.headers (OTEL_EXPORTER_OTLP_HEADERS) must be headers that a client may"
                + " set, was rejected: restricted header name: \"Host\"");
  }

  @Test
  void create_malformedEndpoint_throws() {
    assertThatThrownBy(
            () ->
                SpanExporters.create(
                    config(Map.of("otel.exporter.otlp.endpoint", "collector:4318"))))
        .isInstanceOf(RuntimeException.class)
        .hasMessageContaining("collector:4318");
  }

  private ConfigProperties config(Map<String, String> settings) {
    ComponentLoader real = ComponentLoader.forClassLoader(getClass().getClassLoader());
    return DefaultConfigProperties.create(
        settings,
        new ComponentLoader() {
          @Override
          public <T> Iterable<T> load(Class<T> type) {
            List<T> found = new ArrayList<>(ComponentLoader.loadList(real, type));
            if (type == ConfigurableSpanExporterProvider.class) {
              found.add(type.cast(new FakeProvider()));
            }
            return found;
          }
        });
  }

  private final class FakeProvider implements ConfigurableSpanExporterProvider {
    @Override
    public SpanExporter createExporter(ConfigProperties config) {
      return fake;
    }

    @Override
    public String getName() {
      return "fake";
    }
  }
}
