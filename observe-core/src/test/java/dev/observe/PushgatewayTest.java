/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.text.MessageFormat.format;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.internal.otlp.ScriptedServer;
import dev.observe.internal.otlp.TestKeys;
import dev.observe.internal.push.Pushgateway;
import dev.observe.internal.server.CapturedLog;
import dev.observe.internal.server.Reply;
import dev.observe.testkit.PushReceiver;
import dev.observe.testkit.PushReceiver.Push;
import dev.observe.testkit.RealPushgateway;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.expositionformats.generated.com_google_protobuf_4_33_5.Metrics.MetricFamily;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PushgatewayTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final PushReceiver receiver = PushReceiver.start();
  private final CapturedLog captured = new CapturedLog(Pushgateway.class);

  @AfterEach
  void close() {
    receiver.close();
    captured.close();
    assertThat(captured.records()).as("stack traces").allMatch(line -> line.getThrown() == null);
  }

  private List<String> log() {
    return captured.records().stream()
        .map(line -> line.getLevel() + " " + format(line.getMessage(), line.getParameters()))
        .toList();
  }

  private MetricsBuilder builder() {
    return Metrics.builder("backup")
        .port(0)
        .pushgateway(receiver.url())
        .disableJvmMetrics()
        .disableGlobal();
  }

  private Push onlyPush() {
    assertThat(receiver.pushes()).hasSize(1);
    return receiver.pushes().get(0);
  }

  private static String page(Metrics metrics) throws IOException {
    return Reply.get(metrics.uri().getPort(), "/metrics").text();
  }

  /** A job ends before it is scraped: its push contains the whole page. */
  @Test
  void close_pushesThePageToTheGroupOfTheService() throws IOException {
    String scraped;
    try (Metrics metrics = builder().start()) {
      metrics.counter("t_files").inc(3);
      metrics.timer("t_backup").record(Duration.ofMillis(300));
      metrics.meter().counterBuilder("t_things").build().add(2);
      scraped = page(metrics);
    }

    Push push = onlyPush();
    assertThat(push.method()).isEqualTo("PUT");
    assertThat(push.path()).isEqualTo("/metrics/job/backup");
    assertThat(push.contentType()).startsWith("text/plain; version=0.0.4");
    assertThat(push.authorization()).isEmpty();
    assertThat(push.text())
        .contains("t_files_total 3.0\n", "t_things_total", "target_info{", "build_info")
        .contains("observe_push_failures_total 0.0\n");
    assertThat(push.text().lines().filter(line -> line.startsWith("t_")))
        .hasSizeGreaterThan(15)
        .containsExactlyElementsOf(scraped.lines().filter(line -> line.startsWith("t_")).toList());
    assertThat(log()).isEmpty();
  }

  @Test
  void flush_pushesTheCurrentValues() {
    try (Metrics metrics = builder().start()) {
      metrics.counter("t_files").inc();
      assertThat(metrics.flush(TIMEOUT)).isTrue();
      metrics.counter("t_files").inc();
      assertThat(metrics.flush(TIMEOUT)).isTrue();
    }

    assertThat(receiver.pushes())
        .extracting(push -> push.text().replaceAll("(?s).*\nt_files_total (\\S+)\n.*", "$1"))
        .containsExactly("1.0", "2.0", "2.0");
  }

  @Test
  void interval_pushesUntilClose() {
    try (Metrics metrics =
        builder().property("observe.metrics.pushgateway.interval", "1s").start()) {
      metrics.counter("t_files").inc();

      await()
          .atMost(TIMEOUT)
          .untilAsserted(() -> assertThat(receiver.pushes()).hasSizeGreaterThan(1));
    }

    int pushes = receiver.pushes().size();
    await()
        .during(Duration.ofMillis(1_500))
        .untilAsserted(() -> assertThat(receiver.pushes()).hasSize(pushes));
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("observe-push"));
  }

  @ParameterizedTest
  @CsvSource({
    "backup, , /metrics/job/backup",
    "backup, host-7.local, /metrics/job/backup/instance/host-7.local",
    "a/b, 10.0.0.1:80, /metrics/job@base64/YS9i/instance@base64/MTAuMC4wLjE6ODA",
    "Ärger, ., /metrics/job@base64/w4RyZ2Vy/instance@base64/Lg"
  })
  void group_fromSettings(String job, String instance, String path) {
    MetricsBuilder builder = builder().property("observe.metrics.pushgateway.job", job);
    if (instance != null) {
      builder.property("observe.metrics.pushgateway.instance", instance);
    }
    builder.start().close();

    assertThat(onlyPush().path()).isEqualTo(path);
  }

  @Test
  void url_withUser_isSentAndNotLogged() {
    String url = receiver.url().replace("http://", "http://user:pass%20word@") + "/prefix/";
    receiver.answer(401, "");

    assertThat(builder().pushgateway(url).start().shutdown(TIMEOUT).isComplete()).isFalse();

    assertThat(onlyPush().authorization()).isEqualTo("Basic dXNlcjpwYXNzIHdvcmQ=");
    assertThat(onlyPush().path()).isEqualTo("/prefix/metrics/job/backup");
    assertThat(log())
        .singleElement()
        .asString()
        .contains("/prefix/metrics/job/backup failed: HTTP 401. ")
        .doesNotContain("user", "word");
  }

  /** The text format has no native buckets. */
  @Test
  void close_nativeHistograms_pushesProtobuf() throws IOException {
    try (Metrics metrics = builder().property("observe.metrics.histograms", "both").start()) {
      metrics.timer("t_backup").record(Duration.ofMillis(300));
    }

    Push push = onlyPush();
    assertThat(push.contentType())
        .startsWith("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily");
    List<MetricFamily> families = new ArrayList<>();
    ByteArrayInputStream in = new ByteArrayInputStream(push.bytes());
    while (in.available() > 0) {
      families.add(MetricFamily.parseDelimitedFrom(in));
    }
    assertThat(families)
        .filteredOn(family -> family.getName().equals("t_backup_seconds"))
        .singleElement()
        .satisfies(
            family -> {
              assertThat(family.getMetric(0).getHistogram().getPositiveDeltaCount()).isEqualTo(1);
              assertThat(family.getMetric(0).getHistogram().getBucketCount()).isGreaterThan(10);
            });
  }

  @Test
  void flush_refused_isLoggedAndCounted() throws IOException {
    receiver.answer(400, "pushed metrics are invalid\nor inconsistent\n");
    try (Metrics metrics = builder().start()) {
      assertThat(metrics.flush(TIMEOUT)).isFalse();
      assertThat(metrics.flush(TIMEOUT)).isFalse();

      assertThat(page(metrics)).contains("\nobserve_push_failures_total 2.0\n");
      assertThat(log())
          .containsExactly(
              "WARNING Pushing the metrics to the Pushgateway at "
                  + receiver.url()
                  + "/metrics/job/backup failed: HTTP 400 pushed metrics are invalid or inconsistent."
                  + " observe_push_failures_total counts all such failures.");
      receiver.answer(202, "");
      assertThat(metrics.shutdown(TIMEOUT).isComplete()).isTrue();
    }
  }

  @Test
  void shutdown_responseWithoutEnd_isCut() {
    try (ScriptedServer gateway =
        ScriptedServer.start(
            socket -> {
              ScriptedServer.readRequest(socket);
              byte[] head = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII);
              socket.getOutputStream().write(head);
              while (true) {
                socket.getOutputStream().write("no ".getBytes(US_ASCII));
              }
            })) {
      Metrics metrics = builder().pushgateway("http://" + gateway.authority()).start();

      assertThat(metrics.shutdown(TIMEOUT).isComplete()).isFalse();
    }

    assertThat(log()).singleElement().asString().contains("/backup failed: HTTP 400 no no no");
  }

  @Test
  void flush_interrupted_waitsAndKeepsTheInterrupt() {
    try (Metrics metrics = builder().start()) {
      Thread.currentThread().interrupt();

      assertThat(metrics.flush(TIMEOUT)).isTrue();

      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void shutdown_https_usesTheDefaultSslContext(@TempDir Path directory) throws Exception {
    TestKeys keys = TestKeys.make(directory);
    SSLContext original = SSLContext.getDefault();
    SSLContext.setDefault(keys.context("good"));
    try (ScriptedServer gateway =
            ScriptedServer.http(keys.serverSockets("good", false), "200 OK", "");
        ScriptedServer otherHost =
            ScriptedServer.http(keys.serverSockets("elsewhere", false), "200 OK", "")) {
      String url = "https://" + gateway.authority();
      assertThat(builder().pushgateway(url).start().shutdown(TIMEOUT).isComplete()).isTrue();

      String otherUrl = "https://" + otherHost.authority();
      assertThat(builder().pushgateway(otherUrl).start().shutdown(TIMEOUT).isComplete()).isFalse();
    } finally {
      SSLContext.setDefault(original);
    }
    assertThat(log()).singleElement().asString().contains("/backup failed: SSLHandshakeException");
  }

  @Test
  void shutdown_connectionRefused_isLogged() {
    String url = receiver.url();
    receiver.close();

    assertThat(builder().pushgateway(url).start().shutdown(TIMEOUT).isComplete()).isFalse();

    assertThat(log()).singleElement().asString().contains("/backup failed: connection refused. ");
  }

  @Test
  void shutdown_unknownHost_isLogged() {
    ShutdownReport report =
        builder().pushgateway("http://nowhere.invalid").start().shutdown(TIMEOUT);

    assertThat(report).hasToString("delivered 0 pushes, lost 1 (rejected 1)");

    assertThat(log()).singleElement().asString().contains("/backup failed: host name unknown. ");
  }

  /** Promise P4: shutdown ends within its timeout. */
  @Test
  void shutdown_gatewayHangs_endsInTime() {
    receiver.hang();
    Metrics metrics = builder().start();
    long start = System.nanoTime();

    ShutdownReport report = metrics.shutdown(Duration.ofSeconds(1));

    assertThat(report).hasToString("delivered 0 pushes, lost 1 (shutdown 1), deadline reached");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(log()).singleElement().asString().contains("/backup failed: no reply in time. ");
    assertThat(metrics.shutdown(Duration.ofSeconds(1))).isSameAs(report);
    assertThat(receiver.pushes()).hasSize(1);
  }

  /** Promise P4: a second caller waits for the same push. */
  @Test
  void shutdown_concurrent_isOnePush() {
    Metrics metrics = builder().start();
    CompletableFuture<ShutdownReport> other =
        CompletableFuture.supplyAsync(() -> metrics.shutdown(TIMEOUT));

    ShutdownReport report = metrics.shutdown(TIMEOUT);

    assertThat(report).hasToString("delivered 1 pushes, lost 0");
    assertThat(other.join()).isSameAs(report);
    assertThat(receiver.pushes()).hasSize(1);
  }

  /** The exception of a collector that cannot be left out fails the push. */
  @Test
  void shutdown_pageFails_isLogged() {
    Metrics metrics = builder().start();
    metrics
        .registry()
        .register(
            (io.prometheus.metrics.model.registry.MultiCollector)
                () -> {
                  throw new IllegalStateException("broken");
                });

    assertThat(metrics.shutdown(TIMEOUT).isComplete()).isFalse();

    assertThat(log()).singleElement().asString().contains("broken");
    assertThat(receiver.pushes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "observe.metrics.pushgateway | pushgateway:9091 | must be an http:// or https:// URL with a"
            + " host and without a query | for example http://pushgateway:9091",
        "observe.metrics.pushgateway | http://h/?job=x | must be an http:// or https:// URL with a"
            + " host and without a query | for example http://pushgateway:9091",
        "observe.metrics.pushgateway.interval | 10ms | must be 0 or at least 1s |"
            + " the default is 0: only at the end"
      })
  void start_invalidSetting_throws(String name, String value, String rule, String fix) {
    assertThatThrownBy(() -> builder().property(name, value).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(name + " " + rule + ", was '")
        .hasMessageEndingWith("' (from code); " + fix);
  }

  @Test
  void shutdown_realPushgateway_acceptsThePushes() {
    try (RealPushgateway gateway = RealPushgateway.start()) {
      for (String histograms : List.of("classic", "both", "native")) {
        Metrics metrics =
            Metrics.builder("backup")
                .disableEndpoint()
                .pushgateway(gateway.uri().toString())
                .property("observe.metrics.histograms", histograms)
                .property("observe.metrics.pushgateway.instance", "a/" + histograms)
                .disableGlobal()
                .start();
        Counter.builder()
            .name("t_odd")
            .labelNames("v")
            .register(metrics.registry())
            .labelValues("\"ä\n\\")
            .inc();
        metrics.timer("t_backup").record(Duration.ofMillis(300));

        assertThat(metrics.shutdown(TIMEOUT).isComplete()).as(gateway.log()).isTrue();
      }

      assertThat(gateway.lines("t_backup_seconds_count"))
          .containsExactlyInAnyOrder(
              "t_backup_seconds_count{instance=\"a/both\",job=\"backup\"} 1",
              "t_backup_seconds_count{instance=\"a/classic\",job=\"backup\"} 1",
              "t_backup_seconds_count{instance=\"a/native\",job=\"backup\"} 1");
      assertThat(gateway.lines("t_odd_total")).hasSize(3).allMatch(l -> l.contains("\"ä\\n\\\\"));
      assertThat(gateway.lines("push_failure_time_seconds{")).allMatch(line -> line.endsWith(" 0"));
    }
  }
}
