/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.testkit;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A main class in a JVM of its own, as a user would start it. */
public final class ForkedJvm implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String CLASS_PATH = System.getProperty("java.class.path", "");

  private final Process process;
  private final Path output;

  private ForkedJvm(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts a main class with system properties, and without settings of the environment. */
  public static ForkedJvm start(Class<?> main, Map<String, String> properties) {
    return start(List.of(), main, properties);
  }

  /** Starts a main class with the jars of a directory besides. */
  public static ForkedJvm startWith(Path jars, Class<?> main, Map<String, String> properties) {
    return start(CLASS_PATH + File.pathSeparator + jars.resolve("*"), List.of(), main, properties);
  }

  /** Starts a main class without the jars whose path contains a text. */
  public static ForkedJvm startWithout(String jar, Class<?> main, Map<String, String> properties) {
    String classPath =
        Arrays.stream(CLASS_PATH.split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains(jar))
            .collect(Collectors.joining(File.pathSeparator));
    return start(classPath, List.of(), main, properties);
  }

  /** Starts a main class with options of the JVM and arguments, too. */
  public static ForkedJvm start(
      List<String> options, Class<?> main, Map<String, String> properties, String... arguments) {
    return start(CLASS_PATH, options, main, properties, arguments);
  }

  private static ForkedJvm start(
      String classPath,
      List<String> options,
      Class<?> main,
      Map<String, String> properties,
      String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.add("-cp");
    command.add(classPath);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    try {
      Path output = Files.createTempFile("observe-forked", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().keySet().removeIf(ForkedJvm::isSetting);
      return new ForkedJvm(builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isSetting(String name) {
    return name.startsWith("OTEL_") || name.startsWith("OBSERVE_");
  }

  /** All it has written. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it has written a text. */
  public void awaitOutput(String text) {
    await(text)
        .pollInterval(Duration.ofMillis(10))
        .atMost(PATIENCE)
        .until(this::output, output -> output.contains(text) || !process.isAlive());
    if (!output().contains(text)) {
      throw new AssertionError("ended before it wrote '" + text + "': " + output());
    }
  }

  /** Asks it to end, as Ctrl-C does. */
  public void interrupt() {
    process.destroy();
  }

  /** Ends it without a chance to do anything about it. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Waits until it ends, and returns its exit code. */
  public int awaitExit() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("did not end: " + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the JVM", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      Files.deleteIfExists(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
