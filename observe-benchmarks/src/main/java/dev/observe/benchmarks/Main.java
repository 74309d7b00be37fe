/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Measures everything and writes docs/performance.md; or some parts, which are only printed, as the
 * document has the results of one run.
 */
public final class Main {
  private static final List<String> PARTS =
      List.of("requests", "growth", "container", "pipeline", "page", "start", "size");
  private static final String COMMAND =
      "mvn -Pbenchmarks -pl observe-benchmarks -am -DskipTests package exec:exec";

  private Main() {}

  /** Takes the folder of the project and the parts, separated by commas, or {@code all}. */
  public static void main(String[] args) throws Exception {
    Path project = Path.of(args[0]);
    boolean all = args[1].equals("all");
    Set<String> wanted = all ? Set.copyOf(PARTS) : Set.of(args[1].split(",", -1));
    if (!PARTS.containsAll(wanted)) {
      throw new IllegalArgumentException("parts must be all or of " + PARTS + ", was " + args[1]);
    }
    System.out.println("All parts take half an hour; some: " + COMMAND + " -Dparts=requests,page");
    Users users = new Users(project);
    long start = System.nanoTime();
    List<String> targets = new ArrayList<>();
    StringBuilder body = new StringBuilder();
    RequestPart requests = new RequestPart(targets);
    for (String part : PARTS) {
      if (wanted.contains(part)) {
        String text =
            switch (part) {
              case "requests" -> requests.requests();
              case "page" -> new PagePart(targets).measure();
              case "growth" -> requests.growth();
              case "container" -> new ContainerPart(users, targets).measure();
              case "pipeline" -> new PipelinePart(users, targets).measure();
              case "start" -> new StartPart(users, targets).measure();
              case "size" -> new SizePart(users, targets).measure();
              default -> "";
            };
        // Printed at once, so that a failing later part does not lose the results.
        System.out.println(text);
        body.append(text);
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    String text = document(Machine.here(project), targets, body, took);
    System.out.println(text);
    if (all) {
      write(project.resolve("docs").resolve("performance.md"), text);
    }
  }

  private static String document(
      Machine machine, List<String> targets, StringBuilder body, Duration took) {
    return "# Performance\n\n"
        + "All results are of one run: "
        + machine.describe()
        + "; "
        + took.toMinutes()
        + " minutes. Repeat it with `"
        + COMMAND
        + "`.\n\n"
        + "## Against the targets\n\n"
        + "| what | target | measured | |\n"
        + "| --- | --- | --- | --- |\n"
        + targets.stream().map(Verdict::added).collect(Collectors.joining("\n"))
        + "\n\n"
        + body;
  }

  /** Keeps the part that is written by hand below the results. */
  private static void write(Path file, String text) throws java.io.IOException {
    String marker = "<!-- below: written by hand -->\n";
    String kept = "";
    if (Files.exists(file)) {
      String old = Files.readString(file);
      int from = old.indexOf(marker);
      kept = from < 0 ? "" : old.substring(from + marker.length());
    }
    Files.writeString(file, text + marker + kept);
  }
}
