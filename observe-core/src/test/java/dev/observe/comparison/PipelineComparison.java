/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.comparison;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.observe.comparison.Contender.Kind;
import dev.observe.testkit.FaultyCollector;
import dev.observe.testkit.FaultyCollector.Mode;
import dev.observe.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Measures both pipelines and writes docs/reliability.md. It takes ten minutes, so its name matches
 * no pattern of the build.
 */
class PipelineComparison {
  private static final Path PAGE = Path.of("../docs/reliability.md");
  private static final int WARM_SECONDS = 3;
  private static final int AFTER_SECONDS = 4;
  private static final String NOTHING = "";

  private final List<Row> rows = new ArrayList<>();

  /** The behaviour of a collector during an outage. */
  private enum Fault {
    NONE,
    REFUSED,
    HANGS,
    UNAVAILABLE;

    void begin(FaultyCollector collector) {
      switch (this) {
        case NONE -> {}
        case REFUSED -> collector.refuse();
        case HANGS -> collector.mode(Mode.HANG);
        case UNAVAILABLE -> collector.status(503, "7");
      }
    }

    void end(FaultyCollector collector) {
      if (this == REFUSED) {
        collector.reopen();
      }
      collector.mode(Mode.OK);
    }
  }

  @Test
  void writePage() throws Exception {
    for (Kind kind : List.of(Kind.STOCK, Kind.OURS)) {
      steady("always up, 30 s at 3,334/s", kind, Fault.NONE, 3_334, 30);
    }
    for (Kind kind : List.of(Kind.STOCK, Kind.STOCK_LARGE, Kind.OURS, Kind.OURS_LARGE)) {
      steady("refused for 30 s, 3,334/s", kind, Fault.REFUSED, 3_334, 30);
    }
    for (Kind kind : List.of(Kind.STOCK, Kind.OURS_LARGE)) {
      steady("hangs for 30 s, 3,334/s", kind, Fault.HANGS, 3_334, 30);
      steady("503 with `Retry-After: 7` for 30 s, 3,334/s", kind, Fault.UNAVAILABLE, 3_334, 30);
    }
    for (Kind kind : List.of(Kind.STOCK, Kind.OURS)) {
      steady("refused for 60 s, 1,000/s", kind, Fault.REFUSED, 1_000, 60);
    }
    for (Kind kind : List.of(Kind.STOCK, Kind.OURS)) {
      once("100 spans, then `flush` against a closed port", kind, FaultyCollector::refuse, 100);
      once(
          "200 spans, `partial_success` rejects all",
          kind,
          collector -> collector.partial(1_000),
          200);
      interrupted("worker thread interrupted once, then 5,000 spans", kind);
    }
    for (Kind kind : List.of(Kind.STOCK, Kind.STOCK_WITH_HOOK, Kind.OURS)) {
      signalled("2,000 spans, then SIGTERM", kind);
    }
    List<String> titles = rows.stream().map(Row::title).distinct().toList();
    rows.sort(Comparator.comparingInt(row -> titles.indexOf(row.title())));

    Page.write(PAGE, rows, commit());

    for (Row row : rows) {
      assertThat(row.duplicates()).as("%s", row).isZero();
      if (row.contender() == Kind.OURS_LARGE
          || (row.contender() == Kind.OURS && mustArrive(row.title()))) {
        assertThat(row.missing()).as("%s", row).isZero();
      }
    }
  }

  private static boolean mustArrive(String title) {
    return !title.startsWith("refused for 30 s")
        && !title.contains("closed port")
        && !title.contains("partial_success");
  }

  private interface Setup {
    void apply(FaultyCollector collector);
  }

  private void steady(String title, Kind kind, Fault fault, int perSecond, int seconds) {
    int total = fault == Fault.NONE ? seconds : WARM_SECONDS + seconds + AFTER_SECONDS;
    try (FaultyCollector collector = FaultyCollector.start();
        ForkedJvm jvm =
            producer(
                kind, collector, "steady", Integer.toString(perSecond), Integer.toString(total))) {
      jvm.awaitOutput(Producer.BEGIN);
      String drain = NOTHING;
      if (fault != Fault.NONE) {
        long begin = System.nanoTime();
        pauseUntil(begin + Duration.ofSeconds(WARM_SECONDS).toNanos());
        fault.begin(collector);
        pauseUntil(begin + Duration.ofSeconds(WARM_SECONDS + seconds).toNanos());
        fault.end(collector);
        long recovered = System.nanoTime();
        long backlogEnd = (recovered - begin) * perSecond / TimeUnit.SECONDS.toNanos(1);
        assertThat(jvm.awaitExit()).as(jvm.output()).isZero();
        drain = drain(collector, backlogEnd, recovered);
      } else {
        pauseUntil(System.nanoTime() + Duration.ofSeconds(total).toNanos());
        assertThat(jvm.awaitExit()).as(jvm.output()).isZero();
      }
      add(title, kind, collector, jvm, drain);
    }
  }

  private static String drain(FaultyCollector collector, long backlogEnd, long recovered) {
    OptionalLong last = collector.lastArrivalNanos(backlogEnd);
    long nanos = last.isEmpty() ? 0 : Math.max(0, last.getAsLong() - recovered);
    return nanos == 0 ? "never" : "%.1f s".formatted(nanos / 1e9);
  }

  private void once(String title, Kind kind, Setup setup, int spans) {
    try (FaultyCollector collector = FaultyCollector.start()) {
      setup.apply(collector);
      try (ForkedJvm jvm = producer(kind, collector, "burst", Integer.toString(spans))) {
        assertThat(jvm.awaitExit()).as(jvm.output()).isZero();
        add(title, kind, collector, jvm, NOTHING);
      }
    }
  }

  private void interrupted(String title, Kind kind) {
    try (FaultyCollector collector = FaultyCollector.start();
        ForkedJvm jvm = producer(kind, collector, "interrupt", "5000")) {
      assertThat(jvm.awaitExit()).as(jvm.output()).isZero();
      add(title, kind, collector, jvm, NOTHING);
    }
  }

  private void signalled(String title, Kind kind) {
    try (FaultyCollector collector = FaultyCollector.start();
        ForkedJvm jvm = producer(kind, collector, "signal", "2000")) {
      jvm.awaitOutput(Producer.ENDED);
      jvm.interrupt();
      assertThat(jvm.awaitExit()).as(jvm.output()).isEqualTo(143);
      add(title, kind, collector, jvm, NOTHING);
    }
  }

  private static ForkedJvm producer(Kind kind, FaultyCollector collector, String... arguments) {
    List<String> all = new ArrayList<>(List.of(kind.name(), collector.endpoint()));
    all.addAll(List.of(arguments));
    return ForkedJvm.start(
        List.of("-Xmx512m"), Producer.class, Map.of(), all.toArray(String[]::new));
  }

  private void add(
      String title, Kind kind, FaultyCollector collector, ForkedJvm jvm, String drain) {
    Map<String, String> results = new HashMap<>();
    jvm.output()
        .lines()
        .filter(line -> line.startsWith(Producer.RESULT))
        .map(line -> line.substring(Producer.RESULT.length()).split("=", 2))
        .forEach(pair -> results.put(pair[0], pair[1]));
    Row row =
        new Row(
            title,
            kind,
            Long.parseLong(results.getOrDefault("produced", "0")),
            collector.received().size(),
            collector.spans() - collector.received().size(),
            "".equals(results.get("lost")) ? "0" : results.getOrDefault("lost", NOTHING),
            results.getOrDefault("flush", NOTHING),
            drain,
            results.getOrDefault("heap", NOTHING));
    System.out.println(row);
    rows.add(row);
  }

  private static void pauseUntil(long nanoTime) {
    for (long left = nanoTime - System.nanoTime(); left > 0; left = nanoTime - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static String commit() throws IOException {
    Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD").start();
    return new String(git.getInputStream().readAllBytes(), UTF_8).strip();
  }
}
