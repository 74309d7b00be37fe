/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.observe.DropReason;
import dev.observe.internal.pipeline.SpanPipeline;
import dev.observe.internal.pipeline.Traffic;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcSender;
import io.opentelemetry.sdk.common.export.GrpcSenderConfig;
import io.opentelemetry.sdk.common.export.GrpcSenderProvider;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.common.export.MessageWriter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the gRPC exporter with a sender in memory, registered like the sender jars of users. */
@Timeout(60)
class GrpcSpanExporterTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  /** The collector's answers to the next requests; OK when it is empty. */
  private final Deque<GrpcStatusCode> answers = new ConcurrentLinkedDeque<>();

  private final List<Integer> requestBytes = new CopyOnWriteArrayList<>();
  private final List<Integer> kept = new CopyOnWriteArrayList<>();
  private volatile @Nullable GrpcSenderConfig senderConfig;
  private volatile int reject;

  @Test
  void ok_isAcknowledged() {
    try (Traffic traffic = traffic()) {
      traffic.end(100);

      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      assertThat(kept).containsExactly(100);
      assertThat(senderConfig).isNotNull();
      assertThat(senderConfig.getRetryPolicy()).as("the pipeline retries").isNull();
    }
  }

  @Test
  void unavailable_isRetriedAndNotLoggedByTheStockExporter() {
    List<String> stockLines = new CopyOnWriteArrayList<>();
    Handler handler = listener(stockLines);
    Logger stock = Logger.getLogger("io.opentelemetry");
    stock.addHandler(handler);
    answers.add(GrpcStatusCode.UNAVAILABLE);
    try (Traffic traffic = traffic()) {
      traffic.end(100);

      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      assertThat(kept).containsExactly(100);
      assertThat(traffic.pipeline().stats().retries()).isEqualTo(1);
      assertThat(stockLines).isEmpty();
    } finally {
      stock.removeHandler(handler);
    }
  }

  @Test
  void permanentRefusal_isCountedAndNotRetried() {
    answers.add(GrpcStatusCode.UNAUTHENTICATED);
    try (Traffic traffic = traffic()) {
      traffic.end(100);

      assertThat(traffic.pipeline().flush(LONG)).isFalse();

      assertThat(requestBytes).hasSize(1);
      assertThat(traffic.pipeline().stats().rejectedByStatus()).containsExactly(entry(16, 100L));
    }
  }

  @Test
  void partialSuccess_isCounted() {
    reject = 30;
    try (Traffic traffic = traffic()) {
      traffic.end(100);

      assertThat(traffic.pipeline().flush(LONG)).isFalse();

      assertThat(traffic.pipeline().stats().acknowledged()).isEqualTo(70);
      assertThat(traffic.pipeline().stats().lost(DropReason.REJECTED)).isEqualTo(30);
    }
  }

  @Test
  void bigBatch_isSplitBelowTheLimitOfServers() {
    try (Traffic traffic = traffic()) {
      traffic.end(7, "x".repeat(1 << 20));

      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      assertThat(requestBytes).hasSizeGreaterThan(1).allMatch(bytes -> bytes <= 4 << 20);
      assertThat(kept.stream().mapToInt(Integer::intValue).sum()).isEqualTo(7);
    }
  }

  @Test
  void spanTooLargeForTheServer_doesNotStopOthers() {
    answers.add(GrpcStatusCode.RESOURCE_EXHAUSTED);
    try (Traffic traffic = traffic()) {
      traffic.end(1, "x".repeat(5 << 20));
      assertThat(traffic.pipeline().flush(LONG)).isFalse();
      traffic.end(3);

      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      assertThat(traffic.pipeline().stats().rejectedByStatus()).containsExactly(entry(8, 1L));
    }
  }

  @Test
  void senderDoesNotStart_throwsWithTheReason() {
    GrpcSenderProvider broken =
        config -> {
          throw new IllegalStateException("no transport found");
        };

    assertThatThrownBy(() -> SpanExporters.create(config(broken)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "otel.exporter.otlp.protocol (OTEL_EXPORTER_OTLP_PROTOCOL) must be http/protobuf while"
                + " the gRPC sender on the class path does not start, was grpc; or add what it"
                + " misses: IllegalStateException: no transport found");
  }

  private Traffic traffic() {
    List<SpanExporter> exporters = SpanExporters.create(config(FakeSender::new));
    assertThat(exporters).singleElement().hasToString("GrpcSpanExporter{http://localhost:4317}");
    return new Traffic(SpanPipeline.builder(exporters.get(0)));
  }

  private static ConfigProperties config(GrpcSenderProvider sender) {
    ComponentLoader real =
        ComponentLoader.forClassLoader(GrpcSpanExporterTest.class.getClassLoader());
    return DefaultConfigProperties.create(
        Map.of("otel.exporter.otlp.protocol", "grpc"),
        new ComponentLoader() {
          @Override
          public <T> Iterable<T> load(Class<T> type) {
            List<T> found = new ArrayList<>(ComponentLoader.loadList(real, type));
            if (type == GrpcSenderProvider.class) {
              found.add(type.cast(sender));
            }
            return found;
          }
        });
  }

  private static Handler listener(List<String> lines) {
    return new Handler() {
      @Override
      public void publish(LogRecord line) {
        // Exporters of other tests may log too.
        if (line.getLoggerName().contains("Grpc")) {
          lines.add(line.getMessage());
        }
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  private final class FakeSender implements GrpcSender {
    private FakeSender(GrpcSenderConfig config) {
      senderConfig = config;
    }

    @Override
    public void send(
        MessageWriter message, Consumer<GrpcResponse> onResponse, Consumer<Throwable> onError) {
      try {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        message.writeMessage(bytes);
        requestBytes.add(bytes.size());
        GrpcStatusCode next = answers.poll();
        if (next == null) {
          kept.add(
              ExportTraceServiceRequest.parseFrom(bytes.toByteArray())
                  .getResourceSpans(0)
                  .getScopeSpans(0)
                  .getSpansCount());
        }
        onResponse.accept(response(next == null ? GrpcStatusCode.OK : next));
      } catch (IOException e) {
        onError.accept(e);
      }
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  private GrpcResponse response(GrpcStatusCode status) {
    byte[] message =
        ExportTraceServiceResponse.newBuilder()
            .setPartialSuccess(ExportTracePartialSuccess.newBuilder().setRejectedSpans(reject))
            .build()
            .toByteArray();
    return new GrpcResponse() {
      @Override
      public GrpcStatusCode getStatusCode() {
        return status;
      }

      @Override
      public String getStatusDescription() {
        return "description";
      }

      @Override
      public byte[] getResponseMessage() {
        return message;
      }
    };
  }
}
