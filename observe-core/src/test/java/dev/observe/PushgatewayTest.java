/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.internal.push.Pushgateway;
import dev.observe.internal.server.Reply;
import dev.observe.testkit.PushReceiver;
import dev.observe.testkit.PushReceiver.Push;
import dev.observe.testkit.RealPushgateway;
import dev.observe.testkit.Tools;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.expositionformats.generated.com_google_protobuf_4_33_5.Metrics.MetricFamily;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.text.MessageFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PushgatewayTest {
  private static final Logger LOGGER = Logger.getLogger(Pushgateway.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final PushReceiver receiver = PushReceiver.start();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          assertThat(line.getThrown()).as("stack trace").isNull();
          log.add(
              line.getLevel()
                  + " "
                  + MessageFormat.format(line.getMessage(), line.getParameters()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    LOGGER.setUseParentHandlers(false);
    LOGGER.addHandler(handler);
  }

  @AfterEach
  void close() {
    receiver.close();
    LOGGER.removeHandler(handler);
    LOGGER.setUseParentHandlers(true);
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

  /** A job ends before it is scraped: all that a page would have shown is pushed, once. */
  @Test
  void close_putsThePageInTheGroupOfTheService() throws IOException {
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
    assertThat(log).isEmpty();
  }

  @Test
  void flush_pushesWhatIsThereNow() {
    try (Metrics metrics = builder().start()) {
      metrics.counter("t_files").inc();
      assertThat(metrics.flush(PATIENCE)).isTrue();
      metrics.counter("t_files").inc();
      assertThat(metrics.flush(PATIENCE)).isTrue();
    }

    assertThat(receiver.pushes())
        .extracting(push -> push.text().replaceAll("(?s).*\nt_files_total (\\S+)\n.*", "$1"))
        .containsExactly("1.0", "2.0", "2.0");
  }

  @Test
  void interval_pushesBeforeTheEnd_andNotAfterIt() {
    try (Metrics metrics =
        builder().property("observe.metrics.pushgateway.interval", "1s").start()) {
      metrics.counter("t_files").inc();

      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(receiver.pushes()).hasSizeGreaterThan(1));
    }

    int pushes = receiver.pushes().size();
    await()
        .during(Duration.ofMillis(1_500))
        .untilAsserted(() -> assertThat(receiver.pushes()).hasSize(pushes));
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("observe-push-") && !name.contains("http"));
  }

  @ParameterizedTest
  @CsvSource({
    "backup, , /metrics/job/backup",
    "backup, host-7.local, /metrics/job/backup/instance/host-7.local",
    "a/b, 10.0.0.1:80, /metrics/job@base64/YS9i/instance@base64/MTAuMC4wLjE6ODA",
    "Ärger, ., /metrics/job@base64/w4RyZ2Vy/instance@base64/Lg"
  })
  void group_isWhatTheSettingsSay(String job, String instance, String path) {
    MetricsBuilder builder = builder().property("observe.metrics.pushgateway.job", job);
    if (instance != null) {
      builder.property("observe.metrics.pushgateway.instance", instance);
    }
    builder.start().close();

    assertThat(onlyPush().path()).isEqualTo(path);
  }

  @Test
  void url_itsUserIsSentAndNotShown() {
    String url = receiver.url().replace("http://", "http://user:pass%20word@") + "/prefix/";
    receiver.answer(401, "");

    assertThat(builder().pushgateway(url).start().shutdown(PATIENCE).isComplete()).isFalse();

    assertThat(onlyPush().authorization()).isEqualTo("Basic dXNlcjpwYXNzIHdvcmQ=");
    assertThat(onlyPush().path()).isEqualTo("/prefix/metrics/job/backup");
    assertThat(log)
        .singleElement()
        .asString()
        .contains("/prefix/metrics/job/backup: HTTP 401. ")
        .doesNotContain("user", "word");
  }

  /** Native buckets have no text. */
  @Test
  void nativeHistograms_arePushedAsProtobuf() throws IOException {
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
  void refused_isToldCountedAndReported() throws IOException {
    receiver.answer(400, "pushed metrics are invalid\nor inconsistent\n");
    try (Metrics metrics = builder().start()) {
      assertThat(metrics.flush(PATIENCE)).isFalse();
      assertThat(metrics.flush(PATIENCE)).isFalse();

      assertThat(page(metrics)).contains("\nobserve_push_failures_total 2.0\n");
      assertThat(log)
          .containsExactly(
              "WARNING The metrics did not get to the Pushgateway at "
                  + receiver.url()
                  + "/metrics/job/backup: HTTP 400 pushed metrics are invalid or inconsistent. All"
                  + " such failures are counted in observe_push_failures_total.");
      receiver.answer(202, "");
      assertThat(metrics.shutdown(PATIENCE).isComplete()).isTrue();
    }
  }

  @Test
  void nobodyListens_isReported() {
    String url = receiver.url();
    receiver.close();

    assertThat(builder().pushgateway(url).start().shutdown(PATIENCE).isComplete()).isFalse();

    assertThat(log).singleElement().asString().contains("/backup: connection refused. ");
  }

  @Test
  void hostUnknown_isReported() {
    ShutdownReport report =
        builder().pushgateway("http://nowhere.invalid").start().shutdown(PATIENCE);

    assertThat(report).hasToString("delivered 0 pushes, lost 1 (rejected 1)");

    assertThat(log).singleElement().asString().contains("/backup: host name unknown. ");
  }

  /** Promise P4: the end takes as long as it may, and no longer. */
  @Test
  void hangs_closeEndsInTime() {
    receiver.hang();
    Metrics metrics = builder().start();
    long start = System.nanoTime();

    ShutdownReport report = metrics.shutdown(Duration.ofSeconds(1));

    assertThat(report).hasToString("delivered 0 pushes, lost 1 (shutdown 1), deadline reached");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(log).singleElement().asString().contains("/backup: no reply in time. ");
    assertThat(metrics.shutdown(Duration.ofSeconds(1))).isSameAs(report);
    assertThat(receiver.pushes()).hasSize(1);
  }

  /** Promise P4: whoever else closes waits for the same push. */
  @Test
  void close_byTwo_isOnePushAndOneAnswer() {
    Metrics metrics = builder().start();
    CompletableFuture<ShutdownReport> other =
        CompletableFuture.supplyAsync(() -> metrics.shutdown(PATIENCE));

    ShutdownReport report = metrics.shutdown(PATIENCE);

    assertThat(report).hasToString("delivered 1 pushes, lost 0");
    assertThat(other.join()).isSameAs(report);
    assertThat(receiver.pushes()).hasSize(1);
  }

  /** A collector that throws costs its own metrics; one that cannot be left out, the push. */
  @Test
  void pageFails_isReported() {
    Metrics metrics = builder().start();
    metrics
        .registry()
        .register(
            (io.prometheus.metrics.model.registry.MultiCollector)
                () -> {
                  throw new IllegalStateException("broken");
                });

    assertThat(metrics.shutdown(PATIENCE).isComplete()).isFalse();

    assertThat(log).singleElement().asString().contains("broken");
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
  void setting_notValid_stopsTheStart(String name, String value, String rule, String fix) {
    assertThatThrownBy(() -> builder().property(name, value).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(name + " " + rule + ", was '")
        .hasMessageEndingWith("' (from code); " + fix);
  }

  /** What no receiver of ours can know: whether a real one takes it. */
  @TestFactory
  Stream<DynamicTest> real() {
    return Tools.whereThere("real", PushgatewayTest::pushToReal, RealPushgateway.programs());
  }

  private static void pushToReal() {
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

        assertThat(metrics.shutdown(PATIENCE).isComplete()).as(gateway.log()).isTrue();
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
