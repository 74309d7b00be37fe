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

/** A main class in a separate JVM. */
public final class ForkedJvm implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final String CLASS_PATH = System.getProperty("java.class.path", "");

  private final Process process;
  private final Path output;

  private ForkedJvm(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts a main class with system properties; settings in the environment are removed. */
  public static ForkedJvm start(Class<?> main, Map<String, String> properties) {
    return start(List.of(), main, properties);
  }

  /** Starts a main class with the jars of a directory added to the class path. */
  public static ForkedJvm startWith(Path jars, Class<?> main, Map<String, String> properties) {
    return start(CLASS_PATH + File.pathSeparator + jars.resolve("*"), List.of(), main, properties);
  }

  /** Starts a main class without the jars whose path contains {@code jar}. */
  public static ForkedJvm startWithout(String jar, Class<?> main, Map<String, String> properties) {
    String classPath =
        Arrays.stream(CLASS_PATH.split(File.pathSeparator, -1))
            .filter(entry -> !entry.contains(jar))
            .collect(Collectors.joining(File.pathSeparator));
    return start(classPath, List.of(), main, properties);
  }

  /** Starts a short program with another class path; compiling it with C2 would not pay. */
  public static ForkedJvm startOn(String classPath, Class<?> main, Map<String, String> properties) {
    List<String> options = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    return start(classPath, options, main, properties);
  }

  /** Starts a main class with JVM options and arguments. */
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

  /** Returns the output of both streams. */
  public String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the output contains a text. */
  public void awaitOutput(String text) {
    await(text)
        .pollInterval(Duration.ofMillis(10))
        .atMost(TIMEOUT)
        .until(this::output, output -> output.contains(text) || !process.isAlive());
    if (!output().contains(text)) {
      throw new AssertionError("the JVM ended before it wrote '" + text + "': " + output());
    }
  }

  /** Terminates the JVM normally, as Ctrl-C does. */
  public void interrupt() {
    process.destroy();
  }

  /** Kills the JVM; no shutdown hook runs. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Waits for the end of the JVM and returns its exit code. */
  public int awaitExit() {
    try {
      if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the JVM did not end: " + output());
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
