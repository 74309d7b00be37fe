/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.testkit.OtlpReceiver;
import dev.observe.testkit.ReceivedSpan;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracingTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private OtlpReceiver receiver;

  @BeforeEach
  void startReceiver() {
    receiver = OtlpReceiver.start();
  }

  @AfterEach
  void close() {
    Observe.currentTracing().ifPresent(Tracing::close);
    receiver.close();
  }

  private Tracing start() {
    return Tracing.builder("shop").endpoint(receiver.endpoint()).start();
  }

  @Test
  void shutdown_endedSpans_areDeliveredAndReported() {
    Tracing tracing = start();
    tracing.tracer().spanBuilder("checkout").startSpan().end();

    ShutdownReport report = tracing.shutdown(TIMEOUT);

    assertThat(report).hasToString("delivered 1 spans, lost 0");
    assertThat(report.isComplete()).isTrue();
    assertThat(receiver.spans()).extracting(ReceivedSpan::name).containsExactly("checkout");
  }

  @Test
  void shutdown_again_returnsSameReport() {
    Tracing tracing = start();
    tracing.tracer().spanBuilder("checkout").startSpan().end();

    ShutdownReport report = tracing.shutdown(TIMEOUT);

    assertThat(tracing.shutdown(TIMEOUT)).isSameAs(report);
  }

  @Test
  void shutdown_connectionRefused_reportsLostSpans() {
    Tracing tracing = Tracing.builder("shop").endpoint("http://127.0.0.1:" + unusedPort()).start();
    tracing.tracer().spanBuilder("checkout").startSpan().end();

    ShutdownReport report = tracing.shutdown(Duration.ofMillis(300));

    assertThat(report.delivered()).isZero();
    assertThat(report.lost()).isEqualTo(Map.of(DropReason.SHUTDOWN, 1L));
    assertThat(report.deadlineReached()).isTrue();
  }

  @Test
  void flush_returnsTrue_onlyIfAcknowledged() {
    Tracing tracing = start();
    tracing.tracer().spanBuilder("checkout").startSpan().end();

    assertThat(tracing.flush(TIMEOUT)).isTrue();
    assertThat(receiver.spans()).hasSize(1);

    receiver.close();
    tracing.tracer().spanBuilder("checkout").startSpan().end();
    assertThat(tracing.flush(Duration.ofMillis(300))).isFalse();
    tracing.shutdown(Duration.ZERO);
  }

  @Test
  void start_resource_hasTheServiceName() {
    Tracing tracing =
        Tracing.builder("shop")
            .endpoint(receiver.endpoint())
            .resourceAttribute("service.version", "1.2")
            .start();
    tracing.tracer().spanBuilder("checkout").startSpan().end();
    tracing.close();

    ReceivedSpan span = receiver.spans().get(0);
    assertThat(span.resource())
        .containsEntry("service.name", "shop")
        .containsEntry("service.version", "1.2")
        .containsEntry("telemetry.sdk.language", "java")
        .containsKey("service.instance.id");
    assertThat(span.schemaUrl()).startsWith("https://opentelemetry.io/schemas/");
    assertThat(span.scopeName()).isEqualTo("shop");
  }

  @Test
  void start_systemProperty_overridesCode() {
    System.setProperty("otel.service.name", "from-property");
    try (Tracing tracing = start()) {
      tracing.tracer().spanBuilder("checkout").startSpan().end();
    } finally {
      System.clearProperty("otel.service.name");
    }

    assertThat(receiver.spans().get(0).resource()).containsEntry("service.name", "from-property");
  }

  @Test
  void start_resourceAttributesSetting_overridesCode() {
    System.setProperty("otel.resource.attributes", "a=b,service.name=from-attributes");
    try (Tracing tracing = start()) {
      tracing.tracer().spanBuilder("checkout").startSpan().end();
    } finally {
      System.clearProperty("otel.resource.attributes");
    }

    assertThat(receiver.spans().get(0).resource())
        .containsEntry("service.name", "from-attributes")
        .containsEntry("a", "b");
  }

  @Test
  void start_largeAttributes_areTruncated() {
    try (Tracing tracing = start()) {
      var span = tracing.tracer().spanBuilder("fat").startSpan();
      span.setAttribute("long", "x".repeat(60_000));
      for (int i = 0; i < 200; i++) {
        span.setAttribute("key" + i, i);
      }
      span.end();
    }

    ReceivedSpan span = receiver.spans().get(0);
    assertThat((String) span.attributes().get("long")).hasSize(1_024);
    assertThat(span.attributes()).hasSize(64);
  }

  @Test
  void simple_span_isExportedAtOnce() {
    try (Tracing tracing = Tracing.builder("shop").endpoint(receiver.endpoint()).simple().start()) {
      tracing.tracer().spanBuilder("checkout").startSpan().end();

      receiver.awaitSpans(1);
    }
  }

  @Test
  void exporter_none_exportsNothing() {
    try (Tracing tracing =
        Tracing.builder("shop").endpoint(receiver.endpoint()).exporter("none").start()) {
      tracing.tracer().spanBuilder("checkout").startSpan().end();
      assertThat(tracing.flush(TIMEOUT)).isTrue();
    }

    assertThat(receiver.spans()).isEmpty();
  }

  @Test
  void samplingRatio_zero_samplesNothing() {
    try (Tracing tracing =
        Tracing.builder("shop").endpoint(receiver.endpoint()).samplingRatio(0).start()) {
      tracing.tracer().spanBuilder("checkout").startSpan().end();
    }

    assertThat(receiver.spans()).isEmpty();
  }

  @Test
  void start_fillsGlobalSlot_closeEmptiesIt() {
    start().close();
    // A tracer that a library caches works with every later handle.
    Tracer made = GlobalOpenTelemetry.getTracer("library", "1.0");
    for (int i = 0; i < 3; i++) {
      try (Tracing tracing = start()) {
        assertThat(Observe.currentTracing()).contains(tracing);
        made.spanBuilder("round " + i).startSpan().end();
      }
      assertThat(Observe.currentTracing()).isEmpty();
    }

    assertThat(receiver.spans())
        .extracting(ReceivedSpan::name)
        .containsExactly("round 0", "round 1", "round 2");
    assertThat(made.spanBuilder("unobserved").startSpan().getSpanContext().isValid()).isFalse();
  }

  @Test
  void start_slotFilled_throws() {
    start();

    assertThatThrownBy(() -> Observe.initTracing("stock"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "tracing must be started once in a process, but service 'shop' has started it and not"
                + " closed it; close that handle first, or start a second one with"
                + " Tracing.builder(...).disableGlobal()");
  }

  @Test
  void disableGlobal_secondHandle_starts() {
    Tracing first = start();

    try (Tracing second =
        Tracing.builder("stock").endpoint(receiver.endpoint()).disableGlobal().start()) {
      second.tracer().spanBuilder("count").startSpan().end();
    }

    assertThat(Observe.currentTracing()).contains(first);
    assertThat(receiver.spans().get(0).resource()).containsEntry("service.name", "stock");
  }

  @Test
  void builder_blankName_throws() {
    assertThatThrownBy(() -> Observe.initTracing(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "serviceName must not be blank, was ' '; name the application, such as \"shop\"");
  }

  @Test
  void start_invalidEndpoint_throws() {
    assertThatThrownBy(() -> Tracing.builder("shop").endpoint("localhost:4318").start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "otel.exporter.otlp.endpoint must be an http:// or https:// URL with a host, was"
                + " 'localhost:4318' (from code); for example http://localhost:4318");
    assertThat(Observe.currentTracing()).isEmpty();
  }

  @Test
  void start_unknownExporter_throws() {
    assertThatThrownBy(() -> Tracing.builder("shop").exporter("zipkin").start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("otel.traces.exporter (OTEL_TRACES_EXPORTER) must be among [")
        .hasMessageContaining("console, ")
        .hasMessageEndingWith("], was zipkin");
  }

  @Test
  void start_grpcWithoutJar_throws() {
    assertThatThrownBy(
            () -> Tracing.builder("shop").property("otel.exporter.otlp.protocol", "grpc").start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "otel.exporter.otlp.protocol (OTEL_EXPORTER_OTLP_PROTOCOL) must be http/protobuf while"
                + " no gRPC sender is on the class path, was grpc; or add"
                + " io.opentelemetry:opentelemetry-exporter-sender-okhttp, or"
                + " opentelemetry-exporter-sender-grpc-managed-channel and a gRPC transport");
  }

  @Test
  void spool_nextStart_delivers(@TempDir Path directory) {
    String nowhere = "http://127.0.0.1:" + unusedPort();
    Tracing first = Tracing.builder("shop").endpoint(nowhere).spool(directory, 1 << 20).start();
    first.tracer().spanBuilder("checkout").startSpan().end();
    ShutdownReport report = first.shutdown(TIMEOUT);

    try (Tracing second =
        Tracing.builder("shop").endpoint(receiver.endpoint()).spool(directory, 1 << 20).start()) {
      assertThat(second.flush(TIMEOUT)).isTrue();
    }

    assertThat(report.spooled()).isEqualTo(1);
    assertThat(report.isComplete()).isTrue();
    assertThat(receiver.spans()).extracting(ReceivedSpan::name).containsExactly("checkout");
  }

  @Test
  void maxQueueSpans_exceeded_isCounted() {
    Tracing tracing =
        Tracing.builder("shop")
            .endpoint("http://127.0.0.1:" + unusedPort())
            .maxQueueSpans(10)
            .maxQueueBytes(65_536)
            .start();
    for (int i = 0; i < 25; i++) {
      tracing.tracer().spanBuilder("checkout").startSpan().end();
    }

    assertThat(tracing.shutdown(Duration.ZERO).lost())
        .isEqualTo(Map.of(DropReason.QUEUE_FULL, 15L, DropReason.SHUTDOWN, 10L));
  }

  @Test
  void maxQueueBytes_moreBytesOfSpans_dropsThem() {
    Tracing tracing =
        Tracing.builder("shop")
            .endpoint("http://127.0.0.1:" + unusedPort())
            .maxQueueBytes(65_536)
            .start();
    for (int i = 0; i < 200; i++) {
      tracing
          .tracer()
          .spanBuilder("checkout")
          .setAttribute("text", "x".repeat(1_000))
          .startSpan()
          .end();
    }

    assertThat(tracing.shutdown(Duration.ZERO).lost().get(DropReason.QUEUE_FULL))
        .isGreaterThan(100L);
  }

  /** The longest number of hours is longer than a {@code long} of milliseconds. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "otel.exporter.otlp.timeout",
        "otel.exporter.otlp.traces.timeout",
        "otel.bsp.schedule.delay",
        "otel.bsp.export.timeout",
        "observe.traces.slow-threshold"
      })
  void property_longestDuration_isValid(String name) {
    try (Tracing tracing =
        Tracing.builder("shop")
            .endpoint(receiver.endpoint())
            .property(name, Long.MAX_VALUE + "h")
            .start()) {
      tracing.tracer().spanBuilder("checkout").startSpan().end();

      assertThat(tracing.flush(TIMEOUT)).isTrue();
      assertThat(tracing.check().isOk()).isTrue();
    }
  }

  @Test
  void maxQueue_outOfRange_throws() {
    assertThatThrownBy(() -> Tracing.builder("shop").maxQueueSpans(0))
        .hasMessage("spans must be at least 1, was 0");
    assertThatThrownBy(() -> Tracing.builder("shop").maxQueueBytes(1))
        .hasMessage("bytes must be at least 65536, was 1");
  }

  @Test
  void samplingRatio_outOfRange_throws() {
    assertThatThrownBy(() -> Tracing.builder("shop").samplingRatio(1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ratio must be from 0 to 1, was 1.5");
  }

  @Test
  void close_noThread_isLeft() {
    for (int i = 0; i < 5; i++) {
      try (Tracing tracing = start()) {
        tracing.tracer().spanBuilder("checkout").startSpan().end();
      }
    }

    // The thread of a pool ends shortly after the pool.
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("observe-")));
  }

  private static int unusedPort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
