/*
 * Copyright The Observe Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.observe.examples.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds files of the whole project, for the tests that compare them with each other. */
final class Sources {
  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final List<String> TREES =
      List.of(
          "observe-core/src",
          "observe-servlet/src",
          "observe-examples/src",
          "observe-benchmarks/src",
          "observe-benchmarks/users");

  private Sources() {}

  /** Returns all files of the modules' sources whose path matches. */
  static List<Path> files(Predicate<String> path) {
    return TREES.stream()
        .map(ROOT::resolve)
        .filter(Files::isDirectory)
        .flatMap(Sources::walk)
        .filter(file -> path.test(ROOT.relativize(file).toString().replace('\\', '/')))
        .toList();
  }

  /** Returns the Markdown documents of the project: in its root, in docs and in each module. */
  static List<Path> documents() {
    return Stream.of("", "docs", "observe-core", "observe-servlet", "observe-examples")
        .map(ROOT::resolve)
        .flatMap(Sources::list)
        .filter(file -> file.toString().endsWith(".md"))
        .toList();
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> walk(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
