/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.internal.start.OpenPipelines;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failed start closes everything that it opened: ports, threads, files and the process slot. */
class FailedStartTest {
  private static final String MESSAGE = "broken";

  @TempDir private Path directory;
  private Set<Thread> before = Set.of();
  private List<?> pipelines = List.of();

  @BeforeEach
  void remember() {
    before = observeThreads();
    pipelines = List.copyOf(OpenPipelines.all());
  }

  @AfterEach
  void nothingIsLeft() {
    await().untilAsserted(() -> assertThat(before).containsAll(observeThreads()));
    assertThat(OpenPipelines.all()).isEqualTo(pipelines);
    assertThat(Observe.currentTracing()).isEmpty();
    assertThat(Observe.currentMetrics()).isEmpty();
    assertThat(PrometheusRegistry.defaultRegistry.scrape().size()).isZero();
  }

  private static Set<Thread> observeThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("observe-"))
        .collect(Collectors.toSet());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The SDK calls this method when it is built, after the pipelines have started. */
  private static final class BrokenProcessor implements SpanProcessor {
    @Override
    public boolean isStartRequired() {
      throw new IllegalStateException(MESSAGE);
    }

    @Override
    public void onStart(Context parent, ReadWriteSpan span) {}

    @Override
    public void onEnd(ReadableSpan span) {}

    @Override
    public boolean isEndRequired() {
      return false;
    }
  }

  @Test
  void tracing_processorThrows_spoolAndSlotAreFree() {
    TracingBuilder broken =
        Tracing.builder("shop")
            .endpoint("http://127.0.0.1:1")
            .spool(directory, 1 << 20)
            .addSpanProcessor(new BrokenProcessor());

    assertThatThrownBy(broken::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(": java.lang.IllegalStateException: " + MESSAGE)
        .hasRootCauseMessage(MESSAGE);

    Tracing.builder("shop")
        .endpoint("http://127.0.0.1:1")
        .spool(directory, 1 << 20)
        .start()
        .close();
  }

  @Test
  void tracing_autoconfigurationThrows_spoolAndSlotAreFree() {
    TracingBuilder broken =
        Tracing.builder("shop").spool(directory, 1 << 20).property("otel.propagators", "nonsense");

    assertThatThrownBy(broken::start).isInstanceOf(RuntimeException.class);

    Tracing.builder("shop").spool(directory, 1 << 20).start().close();
  }

  /** The registry is scraped when the JVM metrics are added, after the port is bound. */
  @Test
  void metrics_registryThrows_portIsFree() throws IOException {
    int port = freePort();
    PrometheusRegistry broken = new PrometheusRegistry();
    broken.register(
        new Collector() {
          @Override
          public MetricSnapshot collect() {
            throw new IllegalStateException(MESSAGE);
          }
        });

    assertThatThrownBy(() -> Metrics.builder("shop").port(port).registry(broken).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(MESSAGE);

    Metrics.builder("shop").port(port).start().close();
  }

  @Test
  void metrics_discoveryFileCannotBeWritten_portIsFree() throws IOException {
    int port = freePort();
    MetricsBuilder broken =
        Metrics.builder("shop")
            .port(port)
            .property(
                "observe.discovery.file", directory.resolve("absent/targets.json").toString());

    assertThatThrownBy(broken::start).isInstanceOf(UncheckedIOException.class);

    Metrics.builder("shop").port(port).start().close();
  }

  @Test
  void metrics_autoconfigurationThrows_portIsFree() throws IOException {
    int port = freePort();

    assertThatThrownBy(
            () ->
                Metrics.builder("shop")
                    .port(port)
                    .pushgateway("http://127.0.0.1:1")
                    .property("otel.metrics.exporter", "nonsense")
                    .start())
        .isInstanceOf(RuntimeException.class);

    Metrics.builder("shop").port(port).start().close();
  }
}
