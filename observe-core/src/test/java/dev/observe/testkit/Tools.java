/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/** Programs on the {@code PATH} that tests use when they are there. */
public final class Tools {
  private static final long TIME_LIMIT_SECONDS = 60;

  private Tools() {}

  /** How a program ended, and what it wrote to either stream. */
  public record Result(int exitCode, String output) {}

  /**
   * Finds a program that CI installs. Where it is missing the test is skipped, but in CI ({@code
   * CI=true}) it fails, so that nothing is skipped there unseen.
   */
  public static Path require(String program) {
    Optional<Path> found = find(program);
    requireThat(found.isPresent(), "program " + program + " is not on the PATH");
    return found.orElseThrow();
  }

  /** Skips the test, or in CI fails it, unless something that it needs is there. */
  static void requireThat(boolean there, String missing) {
    if (!there && "true".equals(System.getenv("CI"))) {
      throw new AssertionError(missing + ", and CI must have it: install it in .ci/run");
    }
    Assumptions.assumeTrue(there, missing + "; install it to run this test");
  }

  /**
   * Makes a test of what needs a program that even CI may be without; no test where none of the
   * programs is there, rather than one that is always skipped.
   */
  public static Stream<DynamicTest> whereThere(String name, Executable body, String... programs) {
    return Stream.of(programs).anyMatch(program -> find(program).isPresent())
        ? Stream.of(DynamicTest.dynamicTest(name, body))
        : Stream.empty();
  }

  /** Finds a program. */
  public static Optional<Path> find(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Runs a program to its end, with the given text as its input. */
  public static Result run(String input, List<String> command) {
    try {
      Path in = Files.createTempFile("observe-in", ".txt");
      Path out = Files.createTempFile("observe-out", ".txt");
      try {
        Files.writeString(in, input);
        Process process =
            new ProcessBuilder(command)
                .redirectInput(in.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        if (!process.waitFor(TIME_LIMIT_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(command + " did not end: " + read(out));
        }
        return new Result(process.exitValue(), read(out));
      } finally {
        Files.delete(in);
        Files.delete(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command, e);
    }
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
