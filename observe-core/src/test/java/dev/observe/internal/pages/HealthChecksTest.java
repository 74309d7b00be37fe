/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.observe.internal.exposition.TextPage;
import dev.observe.internal.pages.HealthChecks.Kind;
import dev.observe.internal.pages.HealthChecks.State;
import dev.observe.testkit.Json;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthChecksTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final AtomicLong nanos = new AtomicLong();
  private final HealthChecks checks =
      new HealthChecks(nanos::get, () -> Instant.parse("2026-11-21T08:00:00Z"));

  @AfterEach
  void close() {
    checks.close();
  }

  private TextPage.Response ready() throws InterruptedException {
    return HealthPage.readiness(checks).respond(List.of());
  }

  @Test
  void page_noChecks_isUp() throws InterruptedException {
    TextPage.Response text = HealthPage.liveness(checks).respond(List.of());

    assertThat(text.status()).isEqualTo(200);
    assertThat(text.body()).isEqualTo("{\"status\":\"up\",\"checks\":[]}\n");
  }

  @Test
  void page_allPass_listsEachCheck() throws InterruptedException {
    checks.add(
        Kind.READINESS,
        "database",
        SECOND,
        () -> nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(12)));

    TextPage.Response text = ready();

    assertThat(text.status()).isEqualTo(200);
    assertThat(text.body())
        .isEqualTo(
            "{\"status\":\"up\",\"checks\":[{\"name\":\"database\",\"kind\":\"readiness\","
                + "\"status\":\"up\",\"durationSeconds\":0.012,"
                + "\"time\":\"2026-11-21T08:00:00Z\"}]}\n");
  }

  /** The message of an exception may contain a password; only the log may show it. */
  @Test
  void page_checkFails_is503WithoutTheReason() throws InterruptedException {
    checks.add(Kind.READINESS, "cache", SECOND, () -> {});
    checks.add(
        Kind.READINESS,
        "database",
        SECOND,
        () -> {
          throw new SQLException("no jdbc:db://user:canary@host");
        });

    TextPage.Response text = ready();

    assertThat(text.status()).isEqualTo(503);
    assertThat(text.body()).doesNotContain("canary").doesNotContain("SQLException");
    Object json = Json.parse(text.body());
    assertThat(Json.at(json, "status")).isEqualTo("down");
    assertThat(Json.list(json, "checks"))
        .extracting(check -> Json.at(check, "name"), check -> Json.at(check, "status"))
        .containsExactly(tuple("cache", "up"), tuple("database", "down"));
  }

  @Test
  void page_readinessFails_livenessIsUp() throws InterruptedException {
    checks.add(Kind.LIVENESS, "threads", SECOND, () -> {});
    checks.add(
        Kind.READINESS,
        "database",
        SECOND,
        () -> {
          throw new SQLException("gone");
        });

    assertThat(HealthPage.liveness(checks).respond(List.of()).status()).isEqualTo(200);
    assertThat(ready().status()).isEqualTo(503);
  }

  @Test
  void run_hanging_timesOutAndOccupiesOneThread() throws InterruptedException {
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger runs = new AtomicInteger();
    AtomicInteger interrupts = new AtomicInteger();
    checks.add(
        Kind.READINESS,
        "database",
        SECOND,
        () -> {
          runs.incrementAndGet();
          boolean released = false;
          while (!released) {
            try {
              released = release.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
              interrupts.incrementAndGet();
            }
          }
        });
    checks.run(EnumSet.of(Kind.LIVENESS));
    assertThat(checks.collect().size()).isZero();
    await().until(() -> runs.get() == 1);
    nanos.addAndGet(SECOND.toNanos());

    for (int i = 0; i < 5; i++) {
      assertThat(checks.run(EnumSet.allOf(Kind.class)))
          .singleElement()
          .satisfies(result -> assertThat(result.state()).isEqualTo(State.TIMED_OUT));
      nanos.addAndGet(10 * SECOND.toNanos());
    }

    assertThat(runs).hasValue(1);
    await().until(() -> interrupts.get() == 1);
    release.countDown();
    await()
        .untilAsserted(
            () -> {
              nanos.addAndGet(10 * SECOND.toNanos());
              checks.run(EnumSet.allOf(Kind.class));
              assertThat(runs.get()).isGreaterThan(1);
            });
  }

  /** The thread dies of the error; the check must still report a failure, and run again. */
  @Test
  void run_fatalError_isDownAndReachesTheUncaughtExceptionHandler() throws InterruptedException {
    AtomicReference<@Nullable Throwable> uncaught = new AtomicReference<>();
    AtomicInteger runs = new AtomicInteger();
    checks.add(
        Kind.READINESS,
        "database",
        SECOND,
        () -> {
          Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> uncaught.set(e));
          if (runs.incrementAndGet() == 1) {
            throw new OutOfMemoryError("pretended");
          }
        });

    assertThat(ready().status()).isEqualTo(503);
    await().untilAsserted(() -> assertThat(uncaught.get()).isInstanceOf(OutOfMemoryError.class));
    nanos.addAndGet(SECOND.toNanos());
    assertThat(ready().status()).isEqualTo(200);
  }

  @Test
  void run_calledOften_runsOncePerSecond() throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    checks.add(Kind.READINESS, "database", SECOND, runs::incrementAndGet);

    for (int i = 0; i < 10; i++) {
      ready();
    }
    assertThat(runs).hasValue(1);

    nanos.addAndGet(SECOND.toNanos());
    ready();
    assertThat(runs).hasValue(2);
  }

  @Test
  void collect_showsTheLastResultAndStartsTheNextRun() {
    AtomicInteger runs = new AtomicInteger();
    checks.add(
        Kind.READINESS,
        "database",
        SECOND,
        () -> {
          if (runs.incrementAndGet() > 1) {
            throw new SQLException("gone");
          }
        });

    assertThat(checks.collect().size()).isZero();
    await().until(() -> up() == 1.0);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(5));

    assertThat(up()).isEqualTo(1.0);
    await().until(() -> up() == 0.0);
  }

  private double up() {
    MetricSnapshots all = checks.collect();
    return all.stream()
        .filter(metric -> metric.getMetadata().getName().equals(HealthChecks.UP))
        .map(metric -> ((GaugeSnapshot) metric).getDataPoints().get(0).getValue())
        .findFirst()
        .orElse(Double.NaN);
  }

  /** In a WAR, a check that looks up a name needs the application's class loader. */
  @Test
  void run_contextClassLoader_isThatOfTheCheck() throws InterruptedException {
    AtomicReference<@Nullable ClassLoader> seen = new AtomicReference<>();
    checks.add(
        Kind.READINESS,
        "names",
        SECOND,
        () -> seen.set(Thread.currentThread().getContextClassLoader()));
    ClassLoader own = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(null);
    try {
      ready();
    } finally {
      Thread.currentThread().setContextClassLoader(own);
    }

    assertThat(seen).hasValue(HealthChecksTest.class.getClassLoader());
  }

  @Test
  void add_sameName_replacesTheCheck() throws InterruptedException {
    checks.add(
        Kind.READINESS,
        "database",
        SECOND,
        () -> {
          throw new SQLException("gone");
        });
    checks.add(Kind.READINESS, "database", SECOND, () -> {});

    assertThat(ready().status()).isEqualTo(200);
  }

  @Test
  void add_invalid_namesTheRule() {
    assertThatThrownBy(() -> checks.add(Kind.LIVENESS, "a/b", SECOND, () -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("name must be 1 to 64 letters, digits, '.', '_', '-' and spaces, was 'a/b'");
    assertThatThrownBy(() -> checks.add(Kind.LIVENESS, "a", Duration.ZERO, () -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timeout must be more than zero and at most one minute, was PT0S");
    for (int i = 0; i < HealthChecks.MAX_CHECKS; i++) {
      checks.add(Kind.LIVENESS, "check " + i, SECOND, () -> {});
    }
    assertThatThrownBy(() -> checks.add(Kind.LIVENESS, "one more", SECOND, () -> {}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the number of checks must be at most 100");
  }
}
