/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.servlet;

import dev.observe.testkit.Tools;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The class path of an application that sets the versions of the libraries itself. */
final class LibraryVersions {
  private static final long MAX_MINUTES = 5;

  /** The jars of each version; neither library depends on the other. */
  private static final Map<String, String> OPENTELEMETRY = new HashMap<>();

  private static final Map<String, String> PROMETHEUS = new HashMap<>();

  private LibraryVersions() {}

  /**
   * Returns the test class path, with OpenTelemetry and the Prometheus client as Maven resolves
   * them in a project that imports the BOMs of these versions. If Maven cannot, the test is
   * skipped, but in CI it fails.
   */
  static synchronized String classPath(String openTelemetry, String prometheus) throws IOException {
    if (!OPENTELEMETRY.containsKey(openTelemetry) || !PROMETHEUS.containsKey(prometheus)) {
      String jars = resolve(openTelemetry, prometheus);
      OPENTELEMETRY.putIfAbsent(openTelemetry, entries(jars, LibraryVersions::isOpenTelemetry));
      PROMETHEUS.putIfAbsent(prometheus, entries(jars, LibraryVersions::isPrometheus));
    }
    String others =
        entries(
            System.getProperty("java.class.path", ""),
            entry -> !isOpenTelemetry(entry) && !isPrometheus(entry));
    return String.join(
        File.pathSeparator, others, OPENTELEMETRY.get(openTelemetry), PROMETHEUS.get(prometheus));
  }

  /** Resolves all versions, with one run of Maven for two of them. */
  static void resolveAll(List<String> openTelemetry, List<String> prometheus) throws IOException {
    for (int i = 0; i < Math.max(openTelemetry.size(), prometheus.size()); i++) {
      classPath(openTelemetry.get(i % openTelemetry.size()), prometheus.get(i % prometheus.size()));
    }
  }

  private static String resolve(String openTelemetry, String prometheus) throws IOException {
    Path file = Files.createTempFile("observe-versions", ".txt");
    List<String> command = new ArrayList<>();
    String home = System.getProperty("maven.home");
    command.add((home == null ? Tools.require("mvn") : Path.of(home, "bin", "mvn")).toString());
    if (System.getProperty("maven.mode", "").equals("offline=true")) {
      command.add("-o");
    }
    command.addAll(
        List.of(
            "-B",
            "-q",
            "-f",
            Path.of("..", "pom.xml").toString(),
            "-pl",
            "observe-core",
            "dependency:build-classpath",
            "-DincludeScope=runtime",
            "-Dmdep.outputFile=" + file,
            "-Dopentelemetry.version=" + openTelemetry,
            "-Dprometheus.version=" + prometheus));
    Tools.requireThat(
        resolves(command),
        "Maven does not find OpenTelemetry "
            + openTelemetry
            + " with Prometheus client "
            + prometheus);
    String libraries = Files.readString(file);
    Files.delete(file);
    return libraries;
  }

  /** Runs Maven, which may have to fetch the jars first. */
  private static boolean resolves(List<String> command) throws IOException {
    Path output = Files.createTempFile("observe-maven", ".txt");
    try {
      Process maven =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = maven.waitFor(MAX_MINUTES, TimeUnit.MINUTES);
      maven.destroy();
      if (ended && maven.exitValue() == 0) {
        return true;
      }
      System.out.println(Files.readString(output));
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Maven runs", e);
    } finally {
      Files.delete(output);
    }
  }

  private static boolean isOpenTelemetry(String entry) {
    return entry.matches(".*\\bio.opentelemetry\\b.*");
  }

  private static boolean isPrometheus(String entry) {
    return entry.matches(".*\\bio.prometheus\\b.*");
  }

  private static String entries(String classPath, Predicate<String> filter) {
    return Arrays.stream(classPath.strip().split(File.pathSeparator, -1))
        .filter(filter)
        .collect(Collectors.joining(File.pathSeparator));
  }
}
