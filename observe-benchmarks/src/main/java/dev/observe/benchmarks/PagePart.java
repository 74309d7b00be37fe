/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import dev.observe.benchmarks.page.PageBenchmark;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** What a page of metrics costs. */
final class PagePart {
  private final List<String> targets;

  PagePart(List<String> targets) {
    this.targets = targets;
  }

  String measure() throws RunnerException {
    StringBuilder text =
        new StringBuilder("## A page\n\n")
            .append("Collected and written; a series is ")
            .append(PageBenchmark.LINES)
            .append(" lines. `collect` is what the registry needs before anything is written.\n\n");
    for (String format : List.of("text", "openmetrics")) {
      List<String> writers =
          format.equals("text")
              ? List.of("collect", "observe", "library", "micrometer", "opentelemetry")
              : List.of("collect", "observe", "library");
      Map<String, Measured> measured =
          Jmh.run(
              PageBenchmark.class,
              1,
              Map.of(
                  "writer", writers,
                  "format", List.of(format),
                  "series", List.of("100", "1000", "10000")),
              result ->
                  result.getParams().getParam("writer")
                      + ' '
                      + result.getParams().getParam("series"));
      Table table = new Table("writer and series", "µs", "bytes a line", "observe over it");
      measured.forEach(
          (name, m) -> {
            String series = name.substring(name.indexOf(' ') + 1);
            double lines = Double.parseDouble(series) * PageBenchmark.LINES;
            Measured observe = measured.getOrDefault("observe " + series, Measured.NONE);
            table.row(
                name,
                Table.time(m),
                Table.number(m.bytes() / lines),
                Table.ratio(observe.median(), m.median()));
          });
      text.append("### ").append(format).append("\n\n").append(table).append('\n');
      targets(format, measured);
    }
    return text.toString();
  }

  private void targets(String format, Map<String, Measured> measured) {
    Measured observe = measured.getOrDefault("observe 10000", Measured.NONE);
    Measured library = measured.getOrDefault("library 10000", Measured.NONE);
    Measured collect = measured.getOrDefault("collect 10000", Measured.NONE);
    double lines = 10_000.0 * PageBenchmark.LINES;
    String page = "page of 10,000 series, " + format + ": ";
    target(page + "of the library", observe.median() / library.median(), "at most 0.3");
    target(
        page + "writing alone, of the library's",
        (observe.median() - collect.median()) / (library.median() - collect.median()),
        "at most 0.3");
    target(
        page + "bytes a line, writing alone",
        (observe.bytes() - collect.bytes()) / lines,
        "at most 20");
  }

  private void target(String what, double value, String target) {
    targets.add("| " + what + " | " + target + " | " + Table.number(value) + " |");
  }
}
