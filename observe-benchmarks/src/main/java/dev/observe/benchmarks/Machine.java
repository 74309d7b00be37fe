/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/** The machine of a measurement, without its name or a path. */
record Machine(String model, int processors, String virtualMachine, String commit, LocalDate date) {
  static Machine here(Path project) throws IOException, InterruptedException {
    return new Machine(
        readModel(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        readCommit(project),
        LocalDate.now(ZoneOffset.UTC));
  }

  private static String readModel() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(info)) {
      return System.getProperty("os.arch");
    }
    return Files.readAllLines(info).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  private static String readCommit(Path project) throws IOException, InterruptedException {
    Process git =
        new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=10")
            .directory(project.toFile())
            .redirectErrorStream(true)
            .start();
    String text = new String(git.getInputStream().readAllBytes(), UTF_8).strip();
    return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 ? text : "unknown";
  }

  String describe() {
    return model
        + ", "
        + processors
        + " processors; "
        + virtualMachine
        + "; commit "
        + commit
        + "; "
        + date;
  }
}
