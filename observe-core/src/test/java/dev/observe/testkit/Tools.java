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

/** Finds and runs programs on the {@code PATH}. */
public final class Tools {
  private static final long TIMEOUT_SECONDS = 60;
  private static final String INSTALL = "; install it to run this test";

  private Tools() {}

  /** The exit code of a program and the output of both its streams. */
  public record Result(int exitCode, String output) {}

  /**
   * Returns the path of a program that CI installs, by the first of its names that is found.
   * Without the program the test is skipped, but in CI ({@code CI=true}) it fails.
   */
  public static Path require(String... names) {
    Optional<Path> found = findAny(names);
    requireThat(found.isPresent(), missing(names));
    return found.orElseThrow();
  }

  /**
   * Returns the path of a program that CI cannot install; without it the test is skipped there too.
   */
  static Path findOrSkip(String... names) {
    Optional<Path> found = findAny(names);
    Assumptions.assumeTrue(found.isPresent(), missing(names) + INSTALL);
    return found.orElseThrow();
  }

  private static String missing(String... names) {
    return "program " + String.join(" or ", names) + " is not on the PATH";
  }

  private static Optional<Path> findAny(String... names) {
    return Stream.of(names).flatMap(name -> find(name).stream()).findFirst();
  }

  /** Skips the test, or fails it in CI, if a requirement is missing. */
  public static void requireThat(boolean installed, String missing) {
    if (!installed && "true".equals(System.getenv("CI"))) {
      throw new AssertionError(missing + ", but CI requires it: install it in .ci/run");
    }
    Assumptions.assumeTrue(installed, missing + INSTALL);
  }

  /** Returns the path of a program, if it is installed. */
  public static Optional<Path> find(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Runs a program with a text as its input, and waits for its end. */
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
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
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
