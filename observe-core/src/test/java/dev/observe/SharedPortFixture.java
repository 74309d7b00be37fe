/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.observe.internal.server.CapturedLog;
import dev.observe.internal.server.Reply;
import dev.observe.internal.server.SharedPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Starts applications of this JVM on one metrics port. */
abstract class SharedPortFixture {
  static final Duration SOON = Duration.ofSeconds(1);
  static final Duration LONG = Duration.ofSeconds(60);

  final List<AutoCloseable> started = new ArrayList<>();
  private final CapturedLog log = new CapturedLog(SharedPort.class);
  @TempDir Path folder;
  int port;

  @BeforeEach
  void findPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : started) {
      each.close();
    }
    log.close();
    await()
        .atMost(LONG)
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.startsWith("observe-endpoint-" + port)));
  }

  final MetricsBuilder builder(String service) {
    return Metrics.builder(service).disableGlobal().disableJvmMetrics().port(port);
  }

  final Metrics start(MetricsBuilder builder) {
    Metrics metrics = builder.start();
    started.add(metrics);
    metrics.counter("calls_of_" + metrics.serviceName().replaceAll("\\W", "_")).inc();
    return metrics;
  }

  final Metrics start(String service) {
    return start(builder(service));
  }

  final Reply get(String path, String... headers) throws IOException {
    return Reply.get(port, path, headers);
  }

  final List<String> logged(Level level) {
    return log.records().stream()
        .filter(line -> line.getLevel().equals(level))
        .map((LogRecord line) -> new SimpleFormatter().formatMessage(line))
        .toList();
  }

  final String page(String service) {
    return "http://127.0.0.1:" + port + "/metrics/" + service;
  }
}
