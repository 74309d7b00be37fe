/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.observe.DropReason;
import dev.observe.internal.pipeline.ExportReport;
import dev.observe.internal.pipeline.FakeExporter;
import dev.observe.internal.pipeline.PipelineStats;
import dev.observe.internal.pipeline.SpanPipeline;
import dev.observe.internal.pipeline.SpanPipelineBuilder;
import dev.observe.internal.pipeline.Traffic;
import dev.observe.testkit.FaultyCollector;
import dev.observe.testkit.FaultyCollector.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class SpoolTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final long MIB = 1024 * 1024;

  private final FaultyCollector collector = FaultyCollector.start();
  @TempDir private Path parent;

  @AfterEach
  void stopCollector() {
    collector.close();
  }

  private Path directory() {
    return parent.resolve("spool");
  }

  private Traffic traffic(Path directory, String... settings) {
    return new Traffic(
        SpanPipeline.builder(Traffic.otlp(collector, settings))
            .sender(SpoolSender.factory(directory, 10 * MIB)));
  }

  @Test
  void flush_collectorAvailable_deliversAndRemovesFiles() throws IOException {
    try (Traffic traffic = traffic(directory())) {
      traffic.end(2_000);

      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      assertThat(collector.received()).hasSize(2_000);
      assertThat(collector.received().values()).containsOnly(1);
      assertThat(files(directory())).isEmpty();
      assertThat(traffic.pipeline().close(LONG)).hasToString("delivered 2000 spans, lost 0");
    }
  }

  /** A copy of the directory at one moment is the state after a kill at that moment. */
  @Test
  void killedInAnOutage_nextStartDeliversAllButTheLastSecond() throws IOException {
    collector.status(503, "");
    Path left = parent.resolve("left");
    long endedASecondBefore;
    try (Traffic traffic = traffic(directory())) {
      traffic.endSteadily(500, Duration.ofSeconds(2));
      endedASecondBefore = traffic.ended();
      traffic.endSteadily(500, Duration.ofSeconds(1));
      copy(directory(), left);
    }
    collector.mode(Mode.OK);

    try (Traffic next = traffic(left)) {
      long recovered = next.pipeline().stats().recovered();
      assertThat(recovered).isGreaterThanOrEqualTo(endedASecondBefore);
      assertThat(next.pipeline().flush(LONG)).isTrue();
      assertThat(collector.received()).hasSize((int) recovered);
      assertThat(collector.received().keySet()).contains(0L, endedASecondBefore - 1);
      assertThat(collector.received().values()).containsOnly(1);
      assertThat(next.pipeline().stats().acknowledged()).isEqualTo(recovered);
      assertThat(files(left)).isEmpty();
      next.assertAccounted();
    }
  }

  @Test
  void close_inAnOutage_keepsTheSpansAndEndsEarly() throws IOException {
    collector.status(503, "");
    try (Traffic traffic = traffic(directory())) {
      traffic.end(1_000);

      long start = System.nanoTime();
      ExportReport report = traffic.pipeline().close(Duration.ofSeconds(15));

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      assertThat(report.lost()).isEmpty();
      assertThat(report.spooled()).isEqualTo(1_000);
      assertThat(report)
          .hasToString("delivered 0 spans, lost 0, 1000 kept on disk for the next start");
      assertThat(traffic.pipeline().shutdown().join(10, TimeUnit.SECONDS).isSuccess())
          .as("kept is not acknowledged")
          .isFalse();
      traffic.assertAccounted();
    }
    collector.mode(Mode.OK);

    try (Traffic next = traffic(directory())) {
      assertThat(next.pipeline().flush(LONG)).isTrue();
      assertThat(collector.received()).hasSize(1_000);
    }
  }

  @Test
  void flush_spansOnlyOnDisk_isFalse() {
    collector.mode(Mode.HANG);
    try (Traffic traffic = traffic(directory())) {
      traffic.end(100);

      assertThat(traffic.pipeline().flush(Duration.ofSeconds(1))).isFalse();

      assertThat(traffic.pipeline().stats().spooled()).isEqualTo(100);
      assertThat(traffic.pipeline().stats().waitingBytes()).isZero();
      traffic.assertAccounted();
    }
  }

  @Test
  void permanentRefusal_isCountedAndRemoved() throws IOException {
    collector.status(400, "");
    try (Traffic traffic = traffic(directory())) {
      traffic.end(100);

      assertThat(traffic.pipeline().flush(LONG)).isFalse();

      assertThat(traffic.pipeline().stats().rejectedByStatus()).isEqualTo(Map.of(400, 100L));
      await().untilAsserted(() -> assertThat(files(directory())).isEmpty());
      traffic.assertAccounted();
    }
  }

  @Test
  void smallFiles_areDeliveredTogether() {
    collector.status(503, "");
    try (Traffic traffic = traffic(directory(), "otel.exporter.otlp.compression", "gzip")) {
      for (int i = 1; i <= 10; i++) {
        traffic.end(5);
        long spooled = 5L * i;
        await().until(() -> traffic.pipeline().stats().spooled() == spooled);
      }
      int failed = collector.requestNanos().size();
      collector.mode(Mode.OK);

      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      assertThat(collector.received()).hasSize(50);
      // One with the first file is in flight; the others are sent together.
      assertThat(collector.requestNanos().size() - failed).isLessThanOrEqualTo(4);
    }
  }

  @Test
  void spoolFull_otherSpansWaitInMemory() throws IOException {
    collector.status(503, "");
    try (Traffic traffic =
        new Traffic(
            SpanPipeline.builder(Traffic.otlp(collector))
                .sender(SpoolSender.factory(directory(), MIB)))) {
      for (int i = 0; i < 40; i++) {
        traffic.end(50, "x".repeat(1_000));
      }
      await().until(() -> traffic.pipeline().stats().spooled() > 500);
      assertThat(traffic.pipeline().flush(Duration.ofSeconds(1))).isFalse();

      assertThat(sizeOf(files(directory()))).isBetween(MIB / 4, MIB);
      assertThat(traffic.pipeline().stats().spooled()).isLessThan(1_500);
      traffic.assertAccounted();

      collector.mode(Mode.OK);
      assertThat(traffic.pipeline().flush(LONG)).isTrue();
      assertThat(collector.received()).hasSize(2_000);
      assertThat(collector.received().values()).containsOnly(1);
    }
  }

  @Test
  void damagedFiles_areSkippedAndCounted() throws IOException {
    collector.status(503, "");
    try (Traffic traffic = traffic(directory())) {
      for (int i = 1; i <= 4; i++) {
        traffic.end(10);
        long spooled = 10L * i;
        await().until(() -> traffic.pipeline().stats().spooled() == spooled);
      }
      traffic.pipeline().close(Duration.ofSeconds(5));
    }
    List<Path> files = files(directory());
    assertThat(files).hasSize(4);
    byte[] flipped = Files.readAllBytes(files.get(0));
    flipped[flipped.length / 2] ^= 1;
    Files.write(files.get(0), flipped);
    Files.write(files.get(1), new byte[0]);
    Files.writeString(directory().resolve("0000000000000000009-10.otlp.tmp"), "cut short");
    Files.writeString(directory().resolve("notes.txt"), "not a spool file");
    collector.mode(Mode.OK);

    try (Traffic next = traffic(directory())) {
      assertThat(next.pipeline().stats().recovered()).isEqualTo(40);
      assertThat(next.pipeline().flush(LONG)).as("20 were lost").isFalse();

      PipelineStats stats = next.pipeline().stats();
      assertThat(stats.acknowledged()).isEqualTo(20);
      assertThat(stats.lost(DropReason.CORRUPT)).isEqualTo(20);
      assertThat(collector.received()).containsOnlyKeys(numbers(20, 40));
      next.assertAccounted();
      next.end(5);
      assertThat(next.pipeline().flush(LONG)).isTrue();
    }
    try (Stream<Path> left = Files.list(directory())) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("lock", "notes.txt");
    }
  }

  @Test
  void files_permissions_areForTheOwnerOnly() throws IOException {
    collector.status(503, "");
    try (Traffic traffic = traffic(directory())) {
      traffic.end(10);
      await().until(() -> traffic.pipeline().stats().spooled() == 10);

      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory())))
          .isEqualTo("rwx------");
      for (Path file : files(directory())) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void brokenDisk_doesNotStopDelivery() throws IOException {
    try (Traffic traffic = traffic(directory())) {
      Files.delete(directory().resolve("lock"));
      Files.delete(directory());
      traffic.end(700);

      assertThat(traffic.pipeline().flush(LONG)).isTrue();

      assertThat(collector.received()).hasSize(700);
    }
  }

  @Test
  void reopen_rightAfterClose_succeeds() {
    for (int i = 0; i < 5; i++) {
      try (Traffic traffic = traffic(directory())) {
        traffic.end(10);
        assertThat(traffic.pipeline().close(LONG).delivered()).isEqualTo(10);
      }
    }
  }

  @Test
  void build_directoryInUse_throws() {
    try (Traffic traffic = traffic(directory())) {
      assertThat(traffic.ended()).isZero();

      assertThatThrownBy(() -> traffic(directory()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "spool must be a directory of one process alone, was " + directory() + ", in use");
    }
  }

  @Test
  void build_notADirectory_throws() throws IOException {
    Path file = parent.resolve("file");
    Files.write(file, "x".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> traffic(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("spool must be a directory that can be written, was " + file);
  }

  @Test
  void build_exporterIsNotOtlpOverHttp_throws() {
    SpanPipelineBuilder builder =
        SpanPipeline.builder(new FakeExporter()).sender(SpoolSender.factory(directory(), MIB));

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("spool must be used with OTLP over http/protobuf, was used with");
  }

  @Test
  void factory_maxBytesTooSmall_throws() {
    assertThatThrownBy(() -> SpoolSender.factory(directory(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxBytes must be at least 1048576, was 1");
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> file.toString().endsWith(".otlp")).sorted().toList();
    }
  }

  private static long sizeOf(List<Path> files) throws IOException {
    long size = 0;
    for (Path file : files) {
      size += Files.size(file);
    }
    return size;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    for (Path file : files(from)) {
      Files.copy(file, to.resolve(file.getFileName()));
    }
  }

  private static Long[] numbers(long from, long to) {
    return Stream.iterate(from, n -> n + 1).limit(to - from).toArray(Long[]::new);
  }
}
