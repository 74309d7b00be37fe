/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The number and size of the jars of a user, counted in the folders that Maven fills. */
final class SizePart {
  private static final double MB = 1e6;

  private final Users users;
  private final List<String> targets;

  SizePart(Users users, List<String> targets) {
    this.users = users;
    this.targets = targets;
  }

  String measure() throws IOException {
    Table table = new Table("user of", "jars", "MB");
    List<Path> ours = users.jars("observe");
    row(table, "observe, both modules", ours);
    row(
        table,
        "OpenTelemetry's autoconfigure, OTLP and Prometheus exporters, as they come (OkHttp)",
        users.jars("opentelemetry-okhttp"));
    row(table, "the same with the JDK's sender", users.jars("opentelemetry-jdk"));
    row(table, "OpenTelemetry's agent", List.of(users.agent()));
    targets.add("| size: jars | under 26 | " + ours.size() + " |");
    targets.add("| size: MB | under 4.2 | " + Table.number(megabytes(ours)) + " |");
    return "## Size\n\nAll run-time jars beside the container. OpenTelemetry's have no filter"
        + " in them.\n\n"
        + table
        + "\n";
  }

  private static void row(Table table, String title, List<Path> jars) throws IOException {
    table.row(title, Integer.toString(jars.size()), Table.number(megabytes(jars)));
  }

  private static double megabytes(List<Path> jars) throws IOException {
    long bytes = 0;
    for (Path jar : jars) {
      bytes += Files.size(jar);
    }
    return bytes / MB;
  }
}
