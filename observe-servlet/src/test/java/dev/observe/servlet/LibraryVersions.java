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
import java.util.stream.Collectors;

/** The class path of an application that sets the versions of the libraries itself. */
final class LibraryVersions {
  private LibraryVersions() {}

  /**
   * Returns the test class path, with OpenTelemetry and the Prometheus client as Maven resolves
   * them in a project that imports the BOMs of these versions. If Maven cannot, the test is
   * skipped, but in CI it fails.
   */
  static String classPath(String openTelemetry, String prometheus) throws IOException {
    Path file = Files.createTempFile("observe-versions", ".txt");
    List<String> command = new ArrayList<>();
    String home = System.getProperty("maven.home");
    command.add(home == null ? "mvn" : Path.of(home, "bin", "mvn").toString());
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
    Tools.Result result = Tools.run("", command);
    Tools.requireThat(
        result.exitCode() == 0,
        "Maven does not find OpenTelemetry "
            + openTelemetry
            + " with Prometheus client "
            + prometheus
            + ": "
            + result.output().lines().limit(3).collect(Collectors.joining(" ")));
    String libraries = Files.readString(file);
    Files.delete(file);
    return others() + File.pathSeparator + libraries;
  }

  private static String others() {
    return Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
        .filter(entry -> !entry.matches(".*\\bio.(opentelemetry|prometheus)\\b.*"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
