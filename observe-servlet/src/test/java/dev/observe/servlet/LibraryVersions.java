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
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The class path of an application that sets the versions of the libraries itself. */
final class LibraryVersions {
  private static final long MAX_MINUTES = 5;

  private static final Map<String, String> RESOLVED = new ConcurrentHashMap<>();

  private LibraryVersions() {}

  /**
   * Returns the test class path, with OpenTelemetry and the Prometheus client as Maven resolves
   * them in a project that imports the BOMs of these versions. If Maven cannot, the test is
   * skipped, but in CI it fails.
   */
  static String classPath(String openTelemetry, String prometheus) throws IOException {
    String key = openTelemetry + " " + prometheus;
    String known = RESOLVED.get(key);
    if (known == null) {
      known = others() + File.pathSeparator + resolve(openTelemetry, prometheus);
      RESOLVED.put(key, known);
    }
    return known;
  }

  private static String resolve(String openTelemetry, String prometheus) throws IOException {
    Path file = Files.createTempFile("observe-versions", ".txt");
    List<String> command = new ArrayList<>();
    String home = System.getProperty("maven.home");
    command.add((home == null ? Tools.require("mvn") : Path.of(home, "bin", "mvn")).toString());
    if (Boolean.getBoolean("maven.offline")) {
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

  private static String others() {
    return Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
        .filter(entry -> !entry.matches(".*\\bio.(opentelemetry|prometheus)\\b.*"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
