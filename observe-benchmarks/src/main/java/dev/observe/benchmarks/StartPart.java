/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import dev.observe.benchmarks.start.ColdStart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long a server takes to its first answer, each time in a new JVM; the ways in turn. */
final class StartPart {
  private static final int RUNS = 20;

  private final List<String> targets;

  StartPart(List<String> targets) {
    this.targets = targets;
  }

  String measure() throws IOException, InterruptedException {
    Map<String, double[]> millis = new LinkedHashMap<>();
    for (int run = 0; run < RUNS; run++) {
      for (String way : List.of("plain", "observe", "autoconfigure")) {
        millis.computeIfAbsent(way, w -> new double[RUNS])[run] = start(way);
      }
    }
    Table table = new Table("server", "ms", "more than plain");
    double plain = median(millis.getOrDefault("plain", new double[1]));
    millis.forEach(
        (way, all) -> {
          double[] sorted = all.clone();
          Arrays.sort(sorted);
          table.row(
              way,
              Table.time(new Measured(median(all), sorted[0], sorted[RUNS - 1], Double.NaN)),
              Table.number(median(all) - plain));
        });
    double ours = median(millis.getOrDefault("observe", new double[1])) - plain;
    double theirs = median(millis.getOrDefault("autoconfigure", new double[1])) - plain;
    targets.add("| start: ms more than without us | at most 150 | " + Table.number(ours) + " |");
    targets.add(
        "| start: of OpenTelemetry autoconfigure | at most 0.4 | "
            + Table.ratio(ours, theirs)
            + " |");
    return "## A start\n\nAn embedded Tomcat to its first answer, "
        + RUNS
        + " cold JVMs each, in turn: median (least–most). `autoconfigure` is OpenTelemetry's with"
        + " the JDK's sender and no filter at all; OkHttp's sender is not on the class path.\n\n"
        + table
        + "\n";
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private static double start(String way) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dotel.exporter.otlp.protocol=http/protobuf");
    command.add("-Dotel.logs.exporter=none");
    command.add("-Dotel.metrics.exporter=none");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(ColdStart.class.getName());
    command.add(way);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output
            .lines()
            .filter(line -> line.startsWith("started "))
            .mapToDouble(line -> Double.parseDouble(line.substring(8)))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException(way + " must start, said: " + output))
        / 1_000;
  }
}
