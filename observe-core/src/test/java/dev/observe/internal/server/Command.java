/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.internal.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The output and exit code of an external program. */
final class Command {
  private final int exitCode;
  private final String output;

  private Command(int exitCode, String output) {
    this.exitCode = exitCode;
    this.output = output;
  }

  static Command run(Path input, String... command) throws IOException, InterruptedException {
    return run(input, List.of(command));
  }

  static Command run(Path input, List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("command", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(input.toFile())
              .redirectOutput(output.toFile())
              .redirectErrorStream(true)
              .start();
      boolean ended = process.waitFor(60, TimeUnit.SECONDS);
      process.destroyForcibly();
      assertThat(ended).as("ended in time: " + command).isTrue();
      return new Command(
          process.exitValue(), Files.readString(output, StandardCharsets.UTF_8).strip());
    } finally {
      Files.delete(output);
    }
  }

  /** Skips the test if a program is not installed; on the build server the test fails. */
  static void require(boolean installed, String program) {
    if (Boolean.parseBoolean(System.getenv("CI"))) {
      assertThat(installed).as(program + " must be installed on the build server").isTrue();
    } else {
      assumeThat(installed).as(program + " is not installed").isTrue();
    }
  }

  int exitCode() {
    return exitCode;
  }

  String output() {
    return output;
  }
}
