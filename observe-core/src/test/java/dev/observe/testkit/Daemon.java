/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that runs during a test, in a temporary folder that {@link #close} deletes. */
final class Daemon implements AutoCloseable {
  private final Process process;
  private final Path folder;
  private final Path log;

  private Daemon(Process process, Path folder, Path log) {
    this.process = process;
    this.folder = folder;
    this.log = log;
  }

  static Path newFolder() {
    try {
      return Files.createTempDirectory("observe-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Daemon start(Path folder, List<String> command) {
    File log = folder.resolve("log.txt").toFile();
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log)
              .start();
      process.getOutputStream().close();
      return new Daemon(process, folder, log.toPath());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the output of the program; throws if the program has ended. */
  String log() {
    try {
      String text = Files.readString(log);
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "the program ended with " + process.exitValue() + ": " + text);
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
