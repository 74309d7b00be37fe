/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The class of each example that users copy: short, and whole without the example. */
class TelemetryTest {
  private static final Path PACKAGES = Path.of("src/main/java/dev/observe/examples");
  private static final int MAX_LINES = 20;

  @TempDir private Path project;

  @ParameterizedTest
  @MethodSource("classes")
  void telemetry_copiedIntoANewProject_compiles(Path source) throws IOException {
    Path copy = project.resolve("src/shop/Telemetry.java");
    Files.createDirectories(copy.getParent());
    Files.createDirectories(project.resolve("classes"));
    Files.writeString(
        copy, Files.readString(source).replaceFirst("(?m)^package .*;", "package shop;"));

    assertThat(compile(copy)).isEmpty();

    assertThat(project.resolve("classes/shop/Telemetry.class")).exists();
  }

  @ParameterizedTest
  @MethodSource("classes")
  void telemetry_code_isShort(Path source) throws IOException {
    List<String> code =
        Files.readString(source)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.matches("(import|package|//|/?\\*).*"))
            .toList();

    assertThat(code).hasSizeBetween(3, MAX_LINES);
  }

  /** Returns what the compiler reports with all its warnings on. */
  private String compile(Path source) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter out = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      compiler
          .getTask(
              out,
              files,
              null,
              List.of(
                  "-proc:none",
                  "-Xlint:all,-classfile,-path",
                  "-d",
                  project.resolve("classes").toString(),
                  "-sourcepath",
                  project.resolve("src").toString(),
                  "-classpath",
                  classPathWithoutExamples()),
              null,
              files.getJavaFileObjects(source))
          .call();
    }
    return out.toString();
  }

  private static String classPathWithoutExamples() {
    return Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
        .filter(entry -> !Path.of(entry).startsWith(Path.of("target").toAbsolutePath()))
        .collect(Collectors.joining(File.pathSeparator));
  }

  static List<Path> classes() throws IOException {
    try (Stream<Path> files = Files.walk(PACKAGES)) {
      return files.filter(file -> file.endsWith("Telemetry.java")).toList();
    }
  }
}
