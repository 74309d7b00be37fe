/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import dev.observe.benchmarks.pipeline.SpanSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The cost of delivering spans, and of ending one; each time in a new JVM, the senders in turn. */
final class PipelinePart {
  private static final int LAUNCHES = 3;
  private static final Map<String, String> USERS =
      Map.of(
          "none", "opentelemetry-jdk",
          "observe", "observe",
          "stock-jdk", "opentelemetry-jdk",
          "stock-okhttp", "opentelemetry-okhttp");
  private static final List<String> DELIVERY =
      List.of("none", "observe", "stock-jdk", "stock-okhttp");
  private static final List<String> END = List.of("observe", "stock-jdk");

  private final Users users;
  private final List<String> targets;

  PipelinePart(Users users, List<String> targets) {
    this.users = users;
    this.targets = targets;
  }

  /** The measurements of one sender, by launch. */
  private static final class Figures {
    private final Map<String, List<Double>> all = new LinkedHashMap<>();

    void add(String line) {
      String[] parts = line.split(" ", -1);
      all.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(Double.valueOf(parts[1]));
    }

    double[] get(String name) {
      return all.getOrDefault(name, List.of()).stream().mapToDouble(Double::doubleValue).toArray();
    }

    Sample sample(String name) {
      double[] values = get(name);
      return values.length == 0 ? Sample.NONE : Sample.of(values);
    }
  }

  String measure() throws IOException, InterruptedException {
    return "## The pipeline\n\n"
        + "Spans as the filter makes them, with 13 attributes, sent to a receiver in a separate"
        + " JVM. `stock` is OpenTelemetry's batch processor and OTLP exporter over"
        + " HTTP with their defaults and either sender; `none` only makes spans. "
        + LAUNCHES
        + " JVMs each, in turn: median (least–most).\n\n"
        + delivery(run("delivery", DELIVERY))
        + ends(run("end", END));
  }

  private Map<String, Figures> run(String what, List<String> senders)
      throws IOException, InterruptedException {
    Map<String, Figures> figures = new LinkedHashMap<>();
    senders.forEach(sender -> figures.put(sender, new Figures()));
    for (int launch = 0; launch < LAUNCHES; launch++) {
      for (Map.Entry<String, Figures> entry : figures.entrySet()) {
        try (Receiver receiver = Receiver.start(users);
            Child child = source(what, entry.getKey(), receiver)) {
          child.finish(SpanSource.RESULT).forEach(entry.getValue()::add);
        }
      }
    }
    return figures;
  }

  private Child source(String what, String sender, Receiver receiver) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(what, sender));
    arguments.addAll(List.of(receiver.receiving().ports().split(" ", -1)));
    return Child.start(
        List.of("-Xmx512m"),
        users.classes(List.of(USERS.getOrDefault(sender, "observe"))),
        SpanSource.class,
        arguments.toArray(new String[0]));
  }

  private String delivery(Map<String, Figures> all) {
    Table table =
        new Table(
            "sender",
            "CPU per delivered span, µs",
            "without making it",
            "delivered",
            "as fast as one thread can: delivered/s",
            "offered/s");
    double making = Sample.of(micros(all.getOrDefault("none", new Figures()), "made")).median();
    Map<String, Sample> alone = new LinkedHashMap<>();
    Map<String, Sample> whole = new LinkedHashMap<>();
    all.forEach(
        (sender, figures) -> {
          boolean none = sender.equals("none");
          double[] cpu = micros(figures, none ? "made" : "delivered");
          Sample total = Sample.of(cpu);
          Sample without =
              new Sample(total.median() - making, total.min() - making, total.max() - making);
          whole.put(sender, total);
          alone.put(sender, without);
          table.row(
              sender,
              total.text(),
              none ? "" : without.text(),
              none
                  ? ""
                  : Table.number(
                          100
                              * figures.sample("delivered").median()
                              / figures.sample("made").median())
                      + " %",
              none ? "" : figures.sample("flood-delivered").text(),
              figures.sample("flood-offered").text());
        });
    for (String stock : List.of("stock-jdk", "stock-okhttp")) {
      target("CPU per delivered span of " + stock, ratio(alone, stock));
      target("CPU per delivered span of " + stock + ", making it included", ratio(whole, stock));
    }
    return "### Delivery\n\n"
        + "At 20,000 spans/s, and then as fast as one thread can make them; a full queue"
        + " drops spans. CPU is that of the sending process.\n\n"
        + table
        + '\n';
  }

  private static double[] micros(Figures figures, String spans) {
    double[] cpu = figures.get("cpu");
    double[] count = figures.get(spans);
    double[] micros = new double[cpu.length];
    java.util.Arrays.setAll(micros, i -> cpu[i] / 1e3 / count[i]);
    return micros;
  }

  private static double ratio(Map<String, Sample> samples, String sender) {
    return samples.getOrDefault("observe", Sample.NONE).median()
        / samples.getOrDefault(sender, Sample.NONE).median();
  }

  private void target(String what, double value) {
    targets.add("| pipeline: " + what + " | at most 0.8 | " + Table.number(value) + " |");
  }

  private String ends(Map<String, Figures> all) {
    Table table = new Table("sender", "when", "p50, ns", "p99, ns", "p99.9, ns");
    all.forEach(
        (sender, figures) -> {
          for (String when : List.of("idle", "outage", "full")) {
            table.row(
                sender,
                when,
                figures.sample(when + "-500").text(),
                figures.sample(when + "-990").text(),
                figures.sample(when + "-999").text());
          }
        });
    Figures ours = all.getOrDefault("observe", new Figures());
    for (String when : List.of("outage", "full")) {
      targets.add(
          "| pipeline: `end()` p99.9, "
              + (when.equals("full") ? "queue full" : "outage")
              + ", of idle | at most 2 | "
              + Sample.ratio(ours.get(when + "-999"), ours.get("idle-999")).text()
              + " |");
    }
    return "### `end()`\n\n"
        + "5,000 spans/s in one thread that never sleeps; the cost of reading the clock is"
        + " subtracted. *Idle*: all spans are delivered; *outage*: the collector's port is"
        + " closed, which fills the stock queue in half a second and ours not; *full*: our"
        + " queue is full too.\n\n"
        + table
        + '\n';
  }
}
