/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Writes the results of the suite as a table, {@code target/contract-suite.md}.
 *
 * <p>The suite runs once for each version of the Servlet API, so each run writes its part to a file
 * and builds the table from the parts that exist.
 */
final class ContractTable {
  private static final Path TARGET = Path.of("target");
  private static final Path PARTS = TARGET.resolve("contract-suite");
  private static final String PASS = "ok";
  private static final String SEPARATOR = " / ";

  /** The results by container, scenario and column. */
  private final Map<String, Map<String, Map<String, List<String>>>> outcomes =
      new LinkedHashMap<>();

  void add(Site site, Scenario scenario, List<String> wrong, String accepted) {
    List<String> cell =
        outcomes
            .computeIfAbsent(site.container.title(), c -> new LinkedHashMap<>())
            .computeIfAbsent(scenario.name, s -> new LinkedHashMap<>())
            .computeIfAbsent(column(site), c -> new ArrayList<>());
    if (wrong.isEmpty()) {
      cell.add(PASS);
    } else {
      cell.add(
          site.set.brief
              + ": "
              + (accepted.isEmpty() ? "FAILED, " + brief(wrong.get(0)) : accepted));
    }
  }

  private static String column(Site site) {
    if (site.set == FilterSet.SERVLET) {
      return "servlet";
    }
    return site.mapping == Site.Mapping.REQUEST ? "REQUEST" : "all";
  }

  private static String brief(String text) {
    String line = text.lines().findFirst().orElse("").replaceAll("[;:]? observed:$", "");
    return line.length() > 160 ? line.substring(0, 160) : line;
  }

  void write() throws IOException {
    Files.createDirectories(PARTS);
    for (var container : outcomes.entrySet()) {
      List<String> lines = new ArrayList<>();
      container
          .getValue()
          .forEach(
              (scenario, columns) ->
                  columns.forEach(
                      (column, cell) ->
                          lines.add(
                              String.join("\t", scenario, column, String.join(SEPARATOR, cell)))));
      Files.write(PARTS.resolve(container.getKey() + ".tsv"), lines, UTF_8);
    }
    Files.write(TARGET.resolve("contract-suite.md"), page(), UTF_8);
  }

  private static List<String> page() throws IOException {
    Map<String, Map<String, String>> cells = new LinkedHashMap<>();
    TreeSet<String> containers = new TreeSet<>();
    try (Stream<Path> parts = Files.list(PARTS)) {
      for (Path part : parts.sorted().toList()) {
        String container = part.getFileName().toString().replace(".tsv", "");
        containers.add(container);
        for (String line : Files.readAllLines(part, UTF_8)) {
          String[] fields = line.split("\t", 3);
          cells
              .computeIfAbsent(fields[0], s -> new LinkedHashMap<>())
              .put(container + '\t' + fields[1], fields[2]);
        }
      }
    }
    List<String> columns =
        containers.stream()
            .flatMap(c -> Stream.of(c + "\tREQUEST", c + "\tall", c + "\tservlet"))
            .toList();
    Map<String, Integer> notes = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>(intro());
    lines.add(
        "| scenario |"
            + String.join(
                "", columns.stream().map(c -> ' ' + c.replace("\t", ", ") + " |").toList()));
    lines.add("|---|" + "---|".repeat(columns.size()));
    cells.forEach(
        (scenario, row) -> {
          StringBuilder line = new StringBuilder("| " + scenario + " |");
          for (String column : columns) {
            String cell = row.getOrDefault(column, "not run");
            line.append(' ').append(note(cell, notes)).append(" |");
          }
          lines.add(line.toString());
        });
    lines.add("");
    notes.forEach((text, number) -> lines.add(number + ". " + text));
    return lines;
  }

  /** Returns the number of a deviation, with the filter sets that have it unless all do. */
  private static String note(String cell, Map<String, Integer> notes) {
    String[] outcomes = cell.split(SEPARATOR, -1);
    Map<Integer, List<String>> sets = new TreeMap<>();
    for (String outcome : outcomes) {
      int colon = outcome.indexOf(": ");
      if (colon > 0) {
        int number = notes.computeIfAbsent(outcome.substring(colon + 2), t -> notes.size() + 1);
        sets.computeIfAbsent(number, n -> new ArrayList<>()).add(outcome.substring(0, colon));
      }
    }
    if (sets.isEmpty()) {
      return outcomes[0];
    }
    List<String> parts = new ArrayList<>();
    sets.forEach(
        (number, named) ->
            parts.add(
                "("
                    + number
                    + ")"
                    + (named.size() == outcomes.length ? "" : " " + String.join(", ", named))));
    return String.join(" ", parts);
  }

  private static List<String> intro() {
    return List.of(
        "# Every request recorded once, with what the client saw",
        "",
        "Written by `ContractIT`, which plays each scenario against each container and judges span,",
        "metric and response by what a raw socket client saw. *REQUEST* and *all* are the dispatcher",
        "types that the filters are mapped to, each with ObserveFilter *alone*, with its *listener* (as",
        "automatic registration leaves it), as a *pair* of TracingFilter and RequestMetricsFilter, and",
        "with ObserveFilter registered *twice*; *all* also with RequestMetricsFilter for *metrics* alone,",
        "which has observations and no spans; *servlet* is ObservedServlet. Tomcat 9, Jetty ee8 and",
        "Undertow 2.2 run the jar with the classifier `javax` and the same tests, rewritten.",
        "",
        "`ok`: exactly one span and one observation, of the same duration, with the status on the",
        "wire and the right `error.type`; no request left active, no context left on a thread, and the",
        "response the same byte for byte as without observe. A number is a deviation, explained below,",
        "with the filter sets that have it unless all do.",
        "");
  }
}
