/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import dev.observe.benchmarks.page.PageBenchmark;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** The cost of a page of metrics. */
final class PagePart {
  private static final String LARGEST = "10000";
  private static final List<String> SERIES = List.of("100", "1000", LARGEST);
  private static final List<String> LIBRARY = List.of("observe", "library");
  private static final List<String> PEERS =
      List.of("observe", "library", "micrometer", "opentelemetry");

  private final List<String> targets;

  PagePart(List<String> targets) {
    this.targets = targets;
  }

  String measure() throws RunnerException {
    return "## A page\n\nHistograms of "
        + PageBenchmark.LINES
        + " lines a series, all of one metric.\n\n"
        + writing()
        + scraping("### A scrape, text", "scrape", "text", PEERS, SERIES)
        + scraping("### A scrape, OpenMetrics", "scrape", "openmetrics", LIBRARY, List.of(LARGEST))
        + scraping(
            "### A scrape, text, gzipped as for Prometheus",
            "gzip",
            "text",
            LIBRARY,
            List.of(LARGEST));
  }

  private String writing() throws RunnerException {
    StringBuilder page =
        new StringBuilder("### Writing alone\n\n")
            .append("From snapshots to discarded bytes, without collecting.\n\n");
    for (String format : List.of("text", "openmetrics")) {
      boolean full = format.equals("text");
      Map<String, Measured> measured =
          run("write", format, LIBRARY, full ? SERIES : List.of(LARGEST));
      page.append(table(format, measured));
      Measured observe = measured.getOrDefault("observe " + LARGEST, Measured.NONE);
      Measured library = measured.getOrDefault("library " + LARGEST, Measured.NONE);
      String what = "page of " + LARGEST + " series, " + format + ": ";
      target(what + "of the library's time", observe.median() / library.median(), "at most 0.3");
      target(
          what + "bytes a line",
          observe.bytes() / (Double.parseDouble(LARGEST) * PageBenchmark.LINES),
          "at most 20");
    }
    return page.toString();
  }

  private static String scraping(
      String title, String what, String format, List<String> writers, List<String> series)
      throws RunnerException {
    StringBuilder text = new StringBuilder(title).append("\n\n");
    text.append("Collecting the snapshots included, and the page in memory.\n\n");
    Map<String, Measured> measured = new LinkedHashMap<>();
    measured.putAll(run("collect", format, List.of("collecting alone"), series));
    measured.putAll(run(what, format, writers, series));
    return text.append(table(format, measured)).toString();
  }

  private static Map<String, Measured> run(
      String what, String format, List<String> writers, List<String> series)
      throws RunnerException {
    return Jmh.run(
        PageBenchmark.class,
        1,
        Map.of(
            "what", List.of(what), "writer", writers, "format", List.of(format), "series", series),
        result ->
            result.getParams().getParam("writer") + ' ' + result.getParams().getParam("series"));
  }

  private static String table(String format, Map<String, Measured> measured) {
    Table table = new Table(format + ", series", "µs", "bytes a line", "observe over it");
    measured.forEach(
        (name, m) -> {
          String series = name.substring(name.lastIndexOf(' ') + 1);
          double lines = Double.parseDouble(series) * PageBenchmark.LINES;
          Measured observe = measured.getOrDefault("observe " + series, Measured.NONE);
          table.row(
              name,
              Table.time(m),
              Table.number(m.bytes() / lines),
              Table.ratio(observe.median(), m.median()));
        });
    return table + "\n";
  }

  private void target(String what, double value, String target) {
    targets.add("| " + what + " | " + target + " | " + Table.number(value) + " |");
  }
}
