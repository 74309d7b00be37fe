/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** How many jars, and how large, a user of both modules gets. */
final class SizePart {
  private static final Pattern OURS =
      Pattern.compile(
          "(observe-(core|servlet)|opentelemetry-(api|context|common|sdk|exporter)|prometheus-metrics-|jspecify).*\\.jar");

  private final List<String> targets;

  SizePart(List<String> targets) {
    this.targets = targets;
  }

  String measure() throws IOException {
    long bytes = 0;
    int jars = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (Files.isRegularFile(path) && OURS.matcher(path.getFileName().toString()).matches()) {
        jars++;
        bytes += Files.size(path);
      }
    }
    targets.add("| size: jars | under 26 | " + jars + " |");
    targets.add("| size: MB | under 4.2 | " + Table.number(bytes / 1e6) + " |");
    return "## Size\n\nBoth modules and what they need: "
        + jars
        + " jars, "
        + Table.number(bytes / 1e6)
        + " MB.\n\n";
  }
}
