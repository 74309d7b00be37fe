/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import dev.observe.benchmarks.request.RequestBenchmark;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** The cost of a request: in each filter, with more routes, with more threads. */
final class RequestPart {
  private static final List<String> BOTH =
      List.of(
          "empty", "clock", "floor", "observe", "observe-live", "opentelemetry", "brave", "spring");
  private static final List<String> TRACERS =
      List.of("empty", "floor", "observe", "opentelemetry", "brave", "spring");
  private static final List<String> METERS =
      List.of(
          "empty",
          "clock",
          "floor",
          "observe",
          "opentelemetry",
          "brave",
          "spring",
          "dropwizard",
          "simpleclient");

  private final List<String> targets;

  RequestPart(List<String> targets) {
    this.targets = targets;
  }

  private static Map<String, Measured> measure(
      List<String> subjects, String scenario, int threads, int routes) throws RunnerException {
    return Jmh.run(
        RequestBenchmark.class,
        threads,
        Map.of(
            "subject", subjects,
            "scenario", List.of(scenario),
            "routes", List.of(Integer.toString(routes))),
        result -> result.getParams().getParam("subject"));
  }

  /** Measures everything with one thread, and the target cases with two. */
  String requests() throws RunnerException {
    StringBuilder text = new StringBuilder("## A request\n\n");
    text.append(
        """
        Nanoseconds for one request, median of all iterations (least–most), the empty filter included;
        bytes allocated; ratios of the costs over the empty filter. `clock` is two readings of the
        clock; `observe-live` has the live page on; `floor` is a span with the same attributes made by hand, and one observation of a
        prepared histogram; `brave` is with Micrometer's timer, and in metrics only Micrometer's
        timer alone.

        """);
    Map<String, Map<String, Measured>> all = new LinkedHashMap<>();
    one(text, all, "Metrics and spans, sampled", "both-sampled", BOTH);
    one(text, all, "Metrics and spans, not sampled", "both-unsampled", BOTH);
    one(text, all, "The same, with a sampled parent", "both-sampled-parent", TRACERS);
    one(text, all, "The same, with a parent that is not sampled", "both-unsampled-parent", TRACERS);
    one(text, all, "Metrics only", "metrics", METERS);
    one(text, all, "Spans only, sampled", "tracing-sampled", TRACERS);
    targets(all);
    Map<String, Measured> two = measure(BOTH, "both-sampled", 2, 1);
    text.append("### Metrics and spans, sampled, two threads\n\n");
    text.append("Throughput of two threads over that of one.\n\n");
    Table table = new Table("filter", "ns a request and thread", "bytes", "throughput");
    Map<String, Measured> single = all.getOrDefault("both-sampled", Map.of());
    two.forEach(
        (name, measured) -> {
          double gain = 2 * get(single, name).median() / measured.median();
          table.row(name, Table.time(measured), Table.bytes(measured), Table.number(gain));
          if (name.equals("observe")) {
            target("two threads: throughput over one thread", gain, "at least 1.6");
          }
        });
    return text.append(table).append('\n').toString();
  }

  private static void one(
      StringBuilder text,
      Map<String, Map<String, Measured>> all,
      String title,
      String scenario,
      List<String> subjects)
      throws RunnerException {
    Map<String, Measured> measured = measure(subjects, scenario, 1, 1);
    all.put(scenario, measured);
    Table table = new Table("filter", "ns", "bytes", "over the floor", "observe over it");
    double observe = over(measured, "observe");
    measured.forEach(
        (name, m) ->
            table.row(
                name,
                Table.time(m),
                Table.bytes(m),
                name.equals("empty")
                    ? ""
                    : Table.ratio(over(measured, name), over(measured, "floor")),
                name.equals("empty") || name.equals("observe")
                    ? ""
                    : Table.ratio(observe, over(measured, name))));
    text.append("### ").append(title).append("\n\n").append(table).append('\n');
  }

  private static Measured get(Map<String, Measured> measured, String name) {
    return measured.getOrDefault(name, Measured.NONE);
  }

  /** Returns the cost of a filter over the empty one. */
  private static double over(Map<String, Measured> measured, String name) {
    return get(measured, name).median() - get(measured, "empty").median();
  }

  private void targets(Map<String, Map<String, Measured>> all) {
    Map<String, Measured> sampled = all.getOrDefault("both-sampled", Map.of());
    target("both, sampled: over the floor", ratio(sampled, "floor"), "at most 1.25");
    target("both, sampled: of OpenTelemetry", ratio(sampled, "opentelemetry"), "at most 0.25");
    target("both, sampled: of Brave with Micrometer", ratio(sampled, "brave"), "at most 0.65");
    target("both, sampled: bytes", get(sampled, "observe").bytes(), "at most 1000");
    Measured live = get(sampled, "observe-live");
    target(
        "both, sampled, live page on: ns more",
        live.median() - get(sampled, "observe").median(),
        "at most 150");
    target(
        "both, sampled, live page on: bytes more",
        live.bytes() - get(sampled, "observe").bytes(),
        "at most 200");
    Map<String, Measured> unsampled = all.getOrDefault("both-unsampled", Map.of());
    target("both, unsampled: of OpenTelemetry", ratio(unsampled, "opentelemetry"), "at most 0.10");
    target("both, unsampled: of Brave with Micrometer", ratio(unsampled, "brave"), "at most 0.5");
    target("both, unsampled: bytes", get(unsampled, "observe").bytes(), "at most 320");
    Map<String, Measured> metrics = all.getOrDefault("metrics", Map.of());
    target("metrics: of two clock readings", ratio(metrics, "clock"), "at most 1.6");
    target("metrics: of Dropwizard", ratio(metrics, "dropwizard"), "at most 0.35");
    target("metrics: of simpleclient", ratio(metrics, "simpleclient"), "at most 0.35");
    target("metrics: bytes", get(metrics, "observe").bytes(), "at most 0");
  }

  private static double ratio(Map<String, Measured> measured, String peer) {
    return over(measured, "observe") / over(measured, peer);
  }

  private void target(String what, double value, String target) {
    targets.add("| " + what + " | " + target + " | " + Table.number(value) + " |");
  }

  /** Measures our filter alone with more routes and more threads. */
  String growth() throws RunnerException {
    Table table = new Table("routes", "threads", "ns a request and thread", "bytes");
    for (int[] size :
        new int[][] {{1, 1}, {10, 1}, {100, 1}, {800, 1}, {1_000, 1}, {1, 2}, {1, 8}, {1, 64}}) {
      Measured measured =
          get(measure(List.of("observe"), "both-sampled", size[1], size[0]), "observe");
      table.row(
          Integer.toString(size[0]),
          Integer.toString(size[1]),
          Table.time(measured),
          Table.bytes(measured));
    }
    return "## Growth\n\nMetrics and spans, sampled. With more threads than processors each waits"
        + " for the others. The limit is 900 series: of 1,000 routes the last 100 share"
        + " `_other`.\n\n"
        + table
        + "\n";
  }
}
